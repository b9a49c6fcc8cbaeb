# Draws confusion_matrix.svg and confusion_matrix.png; run it in this folder: gnuplot confusion_matrix.gp
do for [format in "svg png"] {
  reset
  set encoding utf8
  set datafile separator "\t"
  if (format eq "svg") {
    set terminal svg size 642,496 font "DejaVu Sans,12" background rgb "white"
  } else {
    set terminal pngcairo size 1284,992 font "DejaVu Sans,12" fontscale 2 linewidth 2 pointscale 2
  }
  set output "confusion_matrix.".format
  set termoption noenhanced
  set lmargin at screen 0.19988
  set rmargin at screen 0.79763
  set tmargin at screen 0.90323
  set bmargin at screen 0.12903
  set label 1 "Confusion matrix, shares: svc, 6660 held-out rows" at screen 0.5, screen 0.95565 center
  set xrange [-0.5:3.5]
  set yrange [3.5:-0.5]
  set xtics ("happy" 0, "neutral" 1, "sad" 2, "surprised" 3) scale 0
  set ytics ("happy" 0, "neutral" 1, "sad" 2, "surprised" 3) scale 0
  set label 2 "predicted class" at screen 0.49875, screen 0.03629 center
  set label 3 "true class" at screen 0.03113, screen 0.51613 center rotate by 90
  set cbrange [0:1]
  set cblabel "share of the true class"
  set cbtics 0.2
  set palette defined (0 "#ffffff", 1 "#6fa3d0", 2 "#08306b")
  set border lc rgb "#666666"
  unset key
  plot "confusion_matrix.tsv" using 1:2:3 with image pixels, "" using 1:2:4:5 with labels font ",12" tc rgb variable
  unset output
}
