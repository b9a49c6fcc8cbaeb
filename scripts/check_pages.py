"""Checks pages in Chromium; scripts/check-pages.sh says how it is run. Prints what is wrong and ends with 1 if anything is."""

import pathlib
import shutil
import sys

import axe_playwright_python
from playwright.sync_api import sync_playwright

AXE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
WIDTHS = {"wide": 1280, "phone": 390}

# The first column that can be sorted: whether a click does so, and so whether the page's own script is let run.
SORT = """() => {
  const button = document.querySelector("th button");
  if (!button) return true;
  button.click();
  const isSorted = button.closest("th").getAttribute("aria-sort") === "ascending";
  button.closest("th").removeAttribute("aria-sort");
  return isSorted;
}"""

# Elements that stick out of the page, without those in what scrolls by itself.
WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const scrolls = element => element && element !== document.body &&
    (getComputedStyle(element).overflowX !== "visible" || scrolls(element.parentElement));
  return [...document.body.querySelectorAll("*")]
    .filter(element => element.getBoundingClientRect().right > width + 1 && !scrolls(element.parentElement))
    .slice(0, 5).map(element => element.outerHTML.slice(0, 120));
}"""


def problems(browser, path, scheme, width):
    """What is wrong with a page in one scheme at one width, one text each."""
    found = []
    address = path.resolve().as_uri()
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800}, offline=True)
    page = context.new_page()
    page.on("console", lambda message: message.type in ("error", "warning") and found.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: found.append(f"error: {error}"))

    def requested(request):
        if request.url.split("#")[0] != address and not request.url.startswith("data:"):
            found.append(f"request: {request.url[:120]}")

    page.on("request", requested)
    page.goto(address)
    if not page.evaluate(SORT):
        found.append("the first table does not sort")
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("wider than the window: " + "; ".join(page.evaluate(WIDE)))
    # As the browser's own tools would: the page's policy lets no other script in.
    page.evaluate(AXE)
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    for violation in result["violations"]:
        nodes = violation["nodes"]
        found.append(f"axe {violation['id']} ({violation['impact']}): {violation['help']}; {len(nodes)} elements, such as")
        found += [f"    {node['html'][:160]}\n      {(node.get('failureSummary') or '')[:300]}" for node in nodes[:3]]
    context.close()
    return found


def main(paths):
    chromium = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
    if chromium is None:
        sys.exit("chromium not found: apt install chromium")
    count = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for path in map(pathlib.Path, paths):
            for scheme in ("light", "dark"):
                for name, width in WIDTHS.items():
                    found = problems(browser, path, scheme, width)
                    count += len(found)
                    print(f"{path}, {scheme}, {name}: {'ok' if not found else ''}")
                    for problem in found:
                        print("  " + problem)
        browser.close()
    sys.exit(1 if count else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
