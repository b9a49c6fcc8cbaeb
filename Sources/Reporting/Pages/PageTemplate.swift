import Basics
import Foundation
import Mustache

/// The HTML around a page's texts.
enum PageTemplate {
  /// A page as the text of a file, which is well-formed XML too.
  static func html(_ view: PageView) -> String { template.render(view) }

  private static let template: MustacheTemplate = {
    do {
      return try MustacheTemplate(string: text)
    } catch {
      preconditionFailure("the page's template: \(error)")
    }
  }()

  private static let text = """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta name="color-scheme" content="light dark"/>
    <meta http-equiv="Content-Security-Policy" content="{{{policy}}}"/>
    <title>{{title}} – Mien</title>
    <style>{{{style}}}</style>
    </head>
    <body>
    <header>
    <h1>{{title}}</h1>
    <p class="lead">{{lead}}</p>
    <nav aria-label="Contents">
    <ul>
    {{#parts}}
    <li><a href="#{{slug}}">{{heading}}</a></li>
    {{/parts}}
    </ul>
    </nav>
    </header>
    <main>
    {{#parts}}
    <section aria-labeledby="{{slug}}">
    <h2 id="{{slug}}">{{heading}} <a class="anchor" href="#{{slug}}" aria-label="Link to this section">#</a></h2>
    {{#blocks}}
    {{#facts}}
    <dl>
    {{#entries}}
    <div><dt>{{name}}</dt><dd>{{value}}</dd></div>
    {{/entries}}
    </dl>
    {{/facts}}
    {{#note}}
    <p class="note">{{.}}</p>
    {{/note}}
    {{#paragraph}}
    <p>{{.}}</p>
    {{/paragraph}}
    {{#preformatted}}
    <pre tabindex="0">{{.}}</pre>
    {{/preformatted}}
    {{#table}}
    <div class="table" role="region" aria-label="{{label}}" tabindex="0">
    <table>
    {{#tableCaption}}
    <caption>{{.}}</caption>
    {{/tableCaption}}
    <thead><tr>{{#headers}}<th scope="col"{{#isNumber}} class="number"{{/isNumber}}><button type="button">{{text}}</button></th>{{/headers}}</tr></thead>
    <tbody>
    {{#rows}}
    <tr{{#isEmphasised}} class="emphasised"{{/isEmphasised}}>{{#cells}}{{#isHeader}}<th scope="row">{{text}}</th>{{/isHeader}}{{^isHeader}}<td{{#isNumber}} class="number"{{/isNumber}}>{{text}}</td>{{/isHeader}}{{/cells}}</tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    {{/table}}
    {{#figure}}
    <figure>
    <div class="picture" role="group" aria-label="{{caption}}" tabindex="0">{{{svg}}}</div>
    <figcaption>{{caption}}{{#link}} <a class="data" href="{{address}}">{{name}}</a>{{/link}}</figcaption>
    </figure>
    {{/figure}}
    {{#gallery}}
    <ul class="gallery">
    {{#items}}
    <li><figure>
    <div class="frame">{{#image}}<img alt="{{alternative}}" width="{{width}}" height="{{height}}" src="{{.}}"/>{{#drawing}}<svg viewBox="0 0 {{width}} {{height}}" aria-hidden="true">{{{.}}}</svg>{{/drawing}}{{/image}}{{^image}}<svg viewBox="0 0 {{width}} {{height}}" role="img" aria-label="{{alternative}}">{{#drawing}}{{{.}}}{{/drawing}}</svg>{{/image}}</div>
    <figcaption>{{caption}}</figcaption>
    </figure></li>
    {{/items}}
    </ul>
    {{/gallery}}
    {{/blocks}}
    </section>
    {{/parts}}
    </main>
    <script>{{{script}}}</script>
    </body>
    </html>

    """

  /// What a page may do: nothing but run its own script, by its hash, use its own styles, and show what it holds. gnuplot's
  /// drawings have styles at single elements, which no hash names; browsers that know no `style-src-elem` go by `style-src`.
  static let policy =
    "default-src 'none'; script-src '\(hash(script))'; style-src 'unsafe-inline'; style-src-elem '\(hash(style))'; "
    + "style-src-attr 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

  private static func hash(_ text: String) -> String {
    "sha256-" + Checksum.sha256(Data(text.utf8)).base64EncodedString()
  }

  /// Text has at least 4.5 times the contrast of its ground in both schemes (WCAG 2.2, 1.4.3). Pictures keep a white
  /// ground, and what is printed is the light scheme. Browsers repeat a table's header on each sheet, but not with buttons.
  static let style = """
    :root { --ground: #fff; --text: #222; --quiet: #555; --link: #0b57a4; --line: #c8c8c8; --panel: #f4f5f6;
      --mark: #e1edfa; --warn: #fff3d1; --warn-text: #453400; }
    @media screen and (prefers-color-scheme: dark) {
      :root { --ground: #16181b; --text: #e7e7e7; --quiet: #b4b6b9; --link: #8dbcff; --line: #4a4e53; --panel: #22262a;
        --mark: #1e3a5a; --warn: #3c3110; --warn-text: #f6e7b4; }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
    body { font: 1rem/1.5 "DejaVu Sans", Verdana, "Helvetica Neue", sans-serif; color: var(--text);
      background: var(--ground); max-width: 64rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; overflow-wrap: break-word; }
    a { color: var(--link); }
    h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .5rem; }
    h2 { font-size: 1.25rem; margin: 2.6rem 0 .8rem; padding-bottom: .2rem; border-bottom: 1px solid var(--line); }
    .lead { font-size: 1.05rem; margin: 0 0 1rem; }
    .anchor { color: var(--quiet); font-weight: normal; text-decoration: none; }
    nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; list-style: none; margin: 0; padding: 0; }
    dl { margin: 1rem 0; }
    dl div { display: grid; grid-template-columns: minmax(9rem, 16rem) 1fr; gap: 0 1rem; padding: .2rem 0; }
    dt { color: var(--quiet); } dd { margin: 0; min-width: 0; }
    .note { background: var(--warn); color: var(--warn-text); padding: .5rem .8rem; border-left: .25rem solid currentColor; }
    pre { background: var(--panel); padding: .8rem; overflow-x: auto; font: .85rem/1.45 "DejaVu Sans Mono", Menlo, monospace; }
    .table { overflow-x: auto; margin: 1rem 0; }
    table { border-collapse: collapse; font-size: .9rem; min-width: min(100%, 32rem); }
    caption { text-align: left; color: var(--quiet); padding-bottom: .4rem; }
    th, td { text-align: left; padding: .25rem .7rem; vertical-align: top; border-bottom: 1px solid var(--line); }
    th[scope=row] { font-weight: normal; }
    .number { text-align: right; font-variant-numeric: tabular-nums; } td.number { white-space: nowrap; }
    thead th { vertical-align: bottom; border-bottom: 2px solid var(--quiet); }
    th button { font: inherit; font-weight: bold; color: inherit; background: none; border: 0; padding: 0; margin: 0;
      text-align: inherit; cursor: pointer; }
    th[aria-sort=ascending] button::after { content: " \\2191"; } th[aria-sort=descending] button::after { content: " \\2193"; }
    tr.emphasised { background: var(--mark); }
    figure { margin: 1.5rem 0; }
    .picture { background: #fff; border-radius: .3rem; overflow-x: auto; width: fit-content; max-width: 100%; }
    .picture > svg { display: block; max-width: 100%; height: auto; }
    .picture text { font-family: "DejaVu Sans", Verdana, sans-serif; }
    figcaption { color: var(--quiet); font-size: .9rem; margin-top: .4rem; }
    .gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 1.2rem 1rem; list-style: none; padding: 0; }
    .gallery figure { margin: 0; }
    .frame { position: relative; background: #fff; border: 1px solid var(--line); }
    .frame img, .frame > svg { display: block; width: 100%; height: auto; }
    .frame img + svg { position: absolute; inset: 0; height: 100%; }
    :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
    @media (max-width: 40rem) { dl div { grid-template-columns: 1fr; } .picture > svg { min-width: 34rem; } }
    @page { margin: 15mm; }
    @media print {
      body { max-width: none; padding: 0; font-size: 10pt; }
      .anchor { display: none; } .table, .picture { overflow: visible; }
      .picture > svg { min-width: 0; max-height: 11cm; }
      th button { display: contents; }
      table, figcaption { font-size: 8pt; } th, td { padding: .2rem .4rem; }
      table:has(th:nth-child(12)) { font-size: 6.5pt; } table:has(th:nth-child(12)) :is(th, td) { padding: .2rem; }
      table:has(th:nth-child(16)) :is(th, td) { padding: .2rem .1rem; overflow-wrap: anywhere; white-space: normal; }
      .gallery { display: block; } .gallery li { display: inline-block; width: 18.5%; margin: 0 1% .7rem 0;
        padding-top: 2px; vertical-align: top; }
      h2, caption, thead, p:has(+ :not(p)) { break-after: avoid; } tbody tr:first-child { break-before: avoid; }
      pre { white-space: pre-wrap; }
      figure, p, thead, tr, dl div, .table:not(:has(tr:nth-child(16))) { break-inside: avoid; }
      .note, .emphasised, .picture, .frame { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    }
    """

  /// Sorts a table by the column whose header is pressed, the other way when it is pressed again; what is no number comes
  /// last among numbers. Without the two characters that XML would take for markup.
  static let script = #"""
    const numberOf = text => {
      const found = text.replace(/[,\s]/g, "").replace("\u2212", "-").match(/[-+]?\d*\.?\d+(e[-+]?\d+)?/i);
      return found ? Number(found[0]) : NaN;
    };
    const compareNumbers = (a, b, sign) =>
      Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : Number.isNaN(b) ? -1 : sign * (a - b);
    for (const button of document.querySelectorAll("th button")) {
      button.addEventListener("click", () => {
        const header = button.closest("th");
        const body = header.closest("table").tBodies[0];
        const sign = header.getAttribute("aria-sort") === "ascending" ? -1 : 1;
        const text = row => row.cells[header.cellIndex].textContent.trim();
        const byNumber = (a, b) => compareNumbers(numberOf(text(a)), numberOf(text(b)), sign);
        const byText = (a, b) => sign * text(a).localeCompare(text(b), "en", { numeric: true });
        for (const other of header.parentElement.cells) other.removeAttribute("aria-sort");
        header.setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
        body.append(...[...body.rows].sort(header.classList.contains("number") ? byNumber : byText));
      });
    }
    """#
}
