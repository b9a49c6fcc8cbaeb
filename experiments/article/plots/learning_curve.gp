# Draws learning_curve.svg and learning_curve.png; run it in this folder: gnuplot learning_curve.gp
do for [format in "svg png"] {
  reset
  set encoding utf8
  set datafile separator "\t"
  if (format eq "svg") {
    set terminal svg size 640,420 font "DejaVu Sans,12" background rgb "white"
  } else {
    set terminal pngcairo size 1280,840 font "DejaVu Sans,12" fontscale 2 linewidth 2 pointscale 2
  }
  set output "learning_curve.".format
  set termoption noenhanced
  set label 1 "svc: mean ± standard deviation over the folds" at screen 0.555, screen 0.95 center
  set lmargin at screen 0.15
  set rmargin at screen 0.96
  set tmargin at screen 0.84
  set bmargin at screen 0.16
  set xlabel "rows learned from"
  set ylabel "accuracy"
  set xrange [0:11249.68]
  set yrange [0.6284497520293426:0.8150269794708044]
  set xtics out nomirror scale 0.5
  set ytics out nomirror scale 0.5
  set grid ytics lc rgb "#dddddd"
  set border 3 lc rgb "#666666"
  set format y "%.2f"
  set key at screen 0.555, screen 0.885 center center horizontal Left reverse
  plot "learning_curve_train.tsv" using 1:3:4 with filledcurves lc rgb "#f6dfc2" notitle, "learning_curve_test.tsv" using 1:3:4 with filledcurves lc rgb "#c3d8ea" notitle, "learning_curve_train.tsv" using 1:2 with linespoints pt 7 ps 0.7 lw 1.8 lc rgb "#b25c00" title "rows learned from", "learning_curve_test.tsv" using 1:2 with linespoints pt 7 ps 0.7 lw 1.8 lc rgb "#0b4f8a" title "rows left out"
  unset output
}
