"""The same stories in JavaScript: the rules as they are compiled for the extension, fact by fact.

A story is a list of lines (``World.log``): what was heard, and what came of it under CPython. Node.js plays them all
and names the first line where the compiled rules decide, or remember, anything else.
"""

import subprocess
import tempfile
from pathlib import Path

from tools.erase import erase
from tools.paths import NODE_MODULES, SOURCES
from tools.setup import node
from tools.transpile import TRUTH, compile_entry, lay_out, tidy

PLAYED = Path(__file__).with_name("replayed.py")
# Texts are compared, so both sides write numbers and keys in one way: that of JavaScript, keys in order.
_PLAYER = """
import { createInterface } from 'node:readline';
import { createReadStream } from 'node:fs';
import { start, take, look_at, disk_of, read, begin } from './replayed.js';

const plain = (value) => JSON.parse(JSON.stringify(value));
const inOrder = (key, value) =>
  value && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.keys(value).sort().map((name) => [name, value[name]])) : value;
const text = (value) => JSON.stringify(value, inOrder);
// As Python writes what a decision holds.
const word = (value) => value === undefined || value === null ? 'None' : value === true ? 'True'
  : value === false ? 'False' : String(value);
const words = (command) => command ? ['type', 'arn', 'name', 'ask', 'renew'].map((part) => word(command[part])) : [];
const about = (life) => life ? [life.id, life.phase, life.reason, life.detail] : [];
const outlined = (decisions) => [...decisions].map((one) => [
  one['do'], one.ccp, one.request, words(one.command), about(one.life)]);
const outline = (journal) => [
  journal.lives.map((life) =>
    [life.id, life.ccp, life.phase, life.bound, life.way, life.dialog, life.puts.length]),
  journal.past.map((life) => [life.id, life.phase, life.reason]),
  journal.failures.map((life) => [life.id, life.phase, life.reason, life.resolved]),
  journal.confirmed.map((one) => one.id),
];

let journal, policy, lines = 0, steps = 0, stories = 0, story = [];
const same = (what, found, wanted) => {
  if (text(found) !== text(wanted)) {
    console.log(`line ${lines}: ${what}\\n  Python:     ${text(wanted)}\\n  JavaScript: ${text(found)}`);
    console.log(story.join('\\n'));
    process.exit(1);
  }
};
for await (const line of createInterface({ input: createReadStream(process.argv[2]) })) {
  lines += 1;
  const entry = JSON.parse(line);
  story.push(line);
  if (entry.op === 'begin') {
    journal = start();
    policy = entry.policy;
    stories += 1;
    story = [line];
  } else if (entry.op === 'step') {
    journal.online = entry.online;
    const decisions = take(journal, entry.fact, entry.now, entry.wall, policy);
    steps += 1;
    same('decisions', outlined(decisions), entry.decisions);
    same('journal', outline(journal), entry.is);
    same('next look', look_at(journal, entry.now, policy), entry.next);
  } else if (entry.op === 'sleep') {
    journal = plain(journal);
  } else if (entry.op === 'restart') {
    journal = read(plain(disk_of(journal, policy)));
    same('decisions', outlined(begin(journal, entry.still_there, entry.wall)), entry.decisions);
    same('journal', outline(journal), entry.is);
  } else {
    same('the whole journal', plain(journal), entry.journal);
  }
}
console.log(`${stories} stories, ${steps} steps`);
"""


class DisagreementError(Exception):
    """The compiled rules do not do what the source does; the text is the story."""


def play(lines: list[str]) -> str:
    """Play stories in Node.js; how many there were.

    Raises:
        DisagreementError: with the first line of which something else came.
    """
    with tempfile.TemporaryDirectory() as folder:
        stage, output = Path(folder, "src_py"), Path(folder, "js")
        lay_out(SOURCES, stage)
        (stage / PLAYED.name).write_text(erase(PLAYED.read_text("utf-8")), "utf-8")
        compile_entry(stage, stage / PLAYED.name, output, TRUTH)
        tidy(output, "tests", needs_runtime=True)
        player, bundle, told = output / "player.mjs", output / "bundle.mjs", Path(folder, "stories.jsonl")
        player.write_text(_PLAYER, "utf-8")
        told.write_text("".join(line + "\n" for line in lines), "utf-8")
        esbuild = [str(node()), str(NODE_MODULES / "esbuild" / "bin" / "esbuild"), str(player), "--bundle"]
        flags = ["--format=esm", "--platform=node", "--log-level=error", f"--outfile={bundle}"]
        subprocess.run([*esbuild, *flags], check=True)
        done = subprocess.run([str(node()), str(bundle), str(told)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise DisagreementError(done.stdout[-20_000:] + done.stderr)
    return done.stdout.strip()
