"""What holds for all tests."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--images`` renews the pictures of the documentation."""
    parser.addoption("--images", action="store_true", help="write the pictures of the tests into docs/images")
