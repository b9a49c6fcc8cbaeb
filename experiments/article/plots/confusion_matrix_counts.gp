# Draws confusion_matrix_counts.svg and confusion_matrix_counts.png; run it in this folder: gnuplot confusion_matrix_counts.gp
do for [format in "svg png"] {
  reset
  set encoding utf8
  set datafile separator "\t"
  if (format eq "svg") {
    set terminal svg size 578,432 font "DejaVu Sans,12" background rgb "white"
  } else {
    set terminal pngcairo size 1156,864 font "DejaVu Sans,12" fontscale 2 linewidth 2 pointscale 2
  }
  set output "confusion_matrix_counts.".format
  set termoption noenhanced
  set lmargin at screen 0.22199
  set rmargin at screen 0.77524
  set tmargin at screen 0.88889
  set bmargin at screen 0.14815
  set label 1 "Confusion matrix, rows: svc, 6660 held-out rows" at screen 0.5, screen 0.94907 center
  set xrange [-0.5:3.5]
  set yrange [3.5:-0.5]
  set xtics ("happy" 0, "neutral" 1, "sad" 2, "surprised" 3) scale 0
  set ytics ("happy" 0, "neutral" 1, "sad" 2, "surprised" 3) scale 0
  set label 2 "predicted class" at screen 0.49862, screen 0.04167 center
  set label 3 "true class" at screen 0.03458, screen 0.51852 center rotate by 90
  set cbrange [0:2047]
  set cblabel "rows"
  set cbtics autofreq
  set palette defined (0 "#ffffff", 1 "#6fa3d0", 2 "#08306b")
  set border lc rgb "#666666"
  unset key
  plot "confusion_matrix_counts.tsv" using 1:2:3 with image pixels, "" using 1:2:4:5 with labels font ",12" tc rgb variable
  unset output
}
