#!/bin/sh
# The whole way: sample pictures → landmark tables → two grid searches on the committed tables → answers for new faces → an inspection.
set -eu
cd "$(dirname "$0")/.."
mien=.build/release/mien
out=demo-output
rm -rf "$out"

echo "== 1. Landmarks from sample pictures"
"$mien" extract Tests/Samples/faces --out "$out/landmarks"

echo
echo "== 2. The article's grids: random forest, support vector machines and boosted trees on raw coordinates, 20,181 faces"
"$mien" search experiments/article.yaml --out "$out/article"

echo
echo "== 3. The same faces aligned: position, size and lean taken out"
"$mien" search experiments/aligned.yaml --out "$out/aligned"

echo
echo "== 4. Faces the model has never seen: pictures, and a table of landmarks"
"$mien" classify Tests/Samples/faces/happy/portrait.jpg Tests/Samples/others/montage.png "$out/landmarks/surprised.csv"

echo
echo "== 5. What the committed tables hold, and which rows look wrong"
"$mien" inspect landmarks --out "$out/inspect"

echo
echo "Reports with pictures: $(pwd)/$out/article/report.html"
echo "                       $(pwd)/$out/aligned/report.html"
echo "Inspection:            $(pwd)/$out/inspect/inspect.html"
