#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0
"""browser_test.py HALFBYTE FOLDER: draws reports in headless Chromium and looks at what is on the page.

Exit code 77: there is no Chromium (with CI set: 1). The figures that must be on the page are taken from the JSON reports.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys

NETWORKS = pathlib.Path("sw/networks")

# Asks the drawn page, as a user would find it, and leaves the answers in it.
PROBE = """
<script>
window.addEventListener('load', () => {
  const drawn = (canvas) => {
    const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    let count = 0;
    for (let i = 3; i < pixels.length; i += 4) count += pixels[i] !== 0;
    return count;
  };
  const cells = (row) => [...row.cells].map((cell) => cell.textContent);
  const click = (text, among) => [...document.querySelectorAll(among)].find((each) => each.textContent === text).click();
  const answer = { state: document.documentElement.dataset.state };
  answer.canvases = Object.fromEntries([...document.querySelectorAll('canvas')].map((each) => [each.id, drawn(each)]));
  answer.sections = [...document.querySelectorAll('section')].map((each) => each.id);
  answer.summary = [...document.querySelectorAll('#summary-table tr')].map(cells);
  const rows = () => [...document.querySelectorAll('#layer-table tbody tr')].map(cells);
  const heads = document.querySelector('#layer-table thead tr');
  if (heads) {
    answer.heads = cells(heads);
    answer.layers = rows();
    click('cycles', '#layer-table th');
    answer.sorted = rows();
  }
  const timeline = document.getElementById('timeline');
  if (timeline) {
    const before = timeline.toDataURL();
    click('zoom in', '#timeline-section button');
    answer.zoomed = timeline.toDataURL() !== before;
  }
  answer.images = document.images.length;
  answer.fetched = performance.getEntriesByType('resource').length;
  const pre = document.createElement('pre');
  pre.id = 'probe';
  pre.textContent = JSON.stringify(answer);
  document.body.append(pre);
});
</script>
</body>"""


def browser():
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found:
        return found
    if os.environ.get("CI"):
        sys.exit("browser_test: no Chromium (expected it in continuous integration)")
    print("browser_test: no Chromium here: skipped (Debian's chromium)")
    sys.exit(77)


def ask(chromium, page, width=1400):
    """What PROBE answers about a page."""
    probed = page.with_suffix(".probe.html")
    probed.write_text(page.read_text().replace("</body>", PROBE))
    arguments = [chromium, "--headless", "--disable-gpu", "--disable-dev-shm-usage", f"--window-size={width},2000", "--virtual-time-budget=10000",
                 "--host-resolver-rules=MAP * ~NOTFOUND", "--dump-dom", probed.resolve().as_uri()]
    if os.geteuid() == 0:
        arguments.insert(1, "--no-sandbox")
    dom = subprocess.run(arguments, check=True, capture_output=True, text=True, timeout=120).stdout
    start = dom.index('<pre id="probe">') + len('<pre id="probe">')
    text = dom[start:dom.index("</pre>", start)]
    return json.loads(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


class Checks:
    def __init__(self):
        self.failed = 0
        self.done = 0

    def equal(self, what, found, expected):
        self.done += 1
        if found != expected:
            self.failed += 1
            print(f"{what}: {found!r} (expected {expected!r})")

    def good(self, what, condition):
        self.equal(what, bool(condition), True)


def grouped(value):
    return "-" if value is None else f"{value:,}"


def check_layers(checks, answer, run):
    """The table has each layer's figures and the total's; a click on a title sorts, the total stays last."""
    column = {title: i for i, title in enumerate(answer["heads"])}
    rows = run["layers"] + [run["total"]]
    checks.equal("rows", len(answer["layers"]), len(rows))
    for found, row in zip(answer["layers"], rows):
        for title, key in (("cycles", "cycles"), ("MACs", "macs"), ("bytes read", "bytes_read")):
            checks.equal(f"{row.get('name', 'total')}: {title}", found[column[title]], grouped(row[key]))
        for cause, cycles in row["cycles_by_cause"].items():
            if cause in column:
                checks.equal(f"{row.get('name', 'total')}: {cause}", found[column[cause]], grouped(cycles))
    by_cycles = sorted((layer["cycles"] for layer in run["layers"]), reverse=True)
    checks.equal("sorted", [row[column["cycles"]] for row in answer["sorted"]],
                 [grouped(cycles) for cycles in by_cycles] + [grouped(run["total"]["cycles"])])


class Session:
    """Reports made by the command, and what the browser finds on them."""

    def __init__(self, halfbyte, folder):
        self.halfbyte, self.folder = halfbyte, folder
        self.chromium = browser()
        self.checks = Checks()

    def run(self, name, *arguments):
        subprocess.run([self.halfbyte, *map(str, arguments), "--quiet", "--json", self.folder / name], check=True)
        return json.loads((self.folder / name).read_text())

    def report(self, name, *files):
        subprocess.run([self.halfbyte, "report", *(self.folder / file for file in files), "-o", self.folder / name], check=True)
        return ask(self.chromium, self.folder / name)

    def compare(self, first, second):
        answer = self.report("page.html", "first.json", "second.json", "card.json")
        self.checks.equal("state", answer["state"], "drawn")
        self.checks.equal("sections", answer["sections"], ["summary", "comparison", "layers", "roofline-section", "timeline-section",
                                                      "card-0", "sources"])
        for name in ("causes", "energy", "utilization", "compare-causes", "compare-energy", "compare-layers", "roofline",
                     "timeline"):
            self.checks.good(f"canvas {name} has a picture", answer["canvases"].get(name, 0) > 1000)
        cycles = next(row for row in answer["summary"] if row[0] == "cycles")
        self.checks.equal("cycles", cycles[1], grouped(first["total"]["cycles"]))
        self.checks.good("cycles of the second run", cycles[2].startswith(grouped(second["total"]["cycles"])))
        check_layers(self.checks, answer, first)
        self.checks.good("zoom changes the timeline", answer["zoomed"])
        self.checks.equal("fetched", answer["fetched"], 0)

    def sweep(self):
        (self.folder / "sweep.yaml").write_text("machines: [{preset: tiny}, {preset: edge}]\nnetworks: [builtin:conv:16x8x8:16x3x3:p1]\n"
                                           "bits: [w8a8, w4a4]\n")
        subprocess.run([self.halfbyte, "sweep", self.folder / "sweep.yaml", "-o", self.folder / "sweep", "--quiet"], check=True)
        answer = self.report("sweep.html", "sweep/sweep.json")
        self.checks.equal("sweep: state", answer["state"], "drawn")
        self.checks.equal("sweep: sections", answer["sections"], ["sweep-section-0", "sources"])
        for name in ("sweep-0-0", "sweep-0-1"):
            self.checks.good(f"sweep: {name} has a picture", answer["canvases"].get(name, 0) > 1000)

    def activity(self, first):
        # A run with --activity, as docs/energy.md section 8 has its fields.
        parts = {part: first["total"]["energy_pj"][part] for part in ("mac", "register", "buffer")}
        bits = {"operand": 40, "weight": 50, "accumulator": 60}
        for row in first["layers"] + [first["total"]]:
            row["activity"] = {"ratio": 0.5, "toggled_bits": {kind: count // 2 for kind, count in bits.items()},
                               "clocked_bits": bits, "energy_pj_counts": parts,
                               "energy_pj_toggles": {part: energy / 2 for part, energy in parts.items()}}
        (self.folder / "activity.json").write_text(json.dumps(first))
        answer = self.report("activity.html", "activity.json")
        self.checks.equal("activity: state", answer["state"], "drawn")
        self.checks.good("activity: section", "activity-section" in answer["sections"])
        self.checks.good("activity: picture", answer["canvases"].get("activity", 0) > 1000)

    def untimed(self, golden):
        answer = self.report("untimed.html", "golden.json")
        self.checks.equal("untimed: state", answer["state"], "drawn")
        self.checks.equal("untimed: sections", answer["sections"], ["summary", "layers", "sources"])
        figures = {row[0]: row[1:] for row in answer["summary"]}
        self.checks.good("untimed: no cycles", "cycles" not in figures)
        self.checks.good("untimed: accuracy", f"of {golden['accuracy']['images']} images" in figures["accuracy"][0])

    def evil(self, first):
        evil = "</script><img src=x onerror=document.title=1><b>"
        first["layers"][0]["name"] = evil
        first["model"] = evil
        (self.folder / "evil.json").write_text(json.dumps(first))
        answer = self.report("evil.html", "evil.json")
        self.checks.equal("evil: state", answer["state"], "drawn")
        self.checks.equal("evil: images", answer["images"], 0)
        self.checks.good("evil: the name is text", any(evil in row for row in answer["layers"]))


def main():
    halfbyte, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]) / "browser"
    session = Session(halfbyte, folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    first = session.run("first.json", "estimate", "builtin:resnet18")
    second = session.run("second.json", "estimate", "builtin:resnet18", "--bits", "mostly-w4a4")
    network = NETWORKS / "resnet8_w16_mostly-w4a4.onnx"
    images = ["--preset", "edge", "--input", NETWORKS / "images.npy", "--labels", NETWORKS / "labels.npy", "--images", 4]
    golden = session.run("golden.json", "run", network, "--on", "golden", *images)
    session.run("card.json", "card", network, *images)
    session.compare(first, second)
    session.sweep()
    session.activity(first)
    session.untimed(golden)
    session.evil(first)
    checks = session.checks
    print(f"browser_test: {checks.done} checks, {checks.failed} failed")
    sys.exit(1 if checks.failed else 0)


main()
