"""The life of a CCP against a model: random stories of people, browsers and servers, judged by the contract."""
