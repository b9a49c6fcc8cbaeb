# Draws class_scores.svg and class_scores.png; run it in this folder: gnuplot class_scores.gp
do for [format in "svg png"] {
  reset
  set encoding utf8
  set datafile separator "\t"
  if (format eq "svg") {
    set terminal svg size 628,250 font "DejaVu Sans,12" background rgb "white"
  } else {
    set terminal pngcairo size 1256,500 font "DejaVu Sans,12" fontscale 2 linewidth 2 pointscale 2
  }
  set output "class_scores.".format
  set termoption noenhanced
  set lmargin at screen 0.17250
  set rmargin at screen 0.93635
  set tmargin at screen 0.71200
  set bmargin at screen 0.26400
  set title "Scores by class: svc, 6660 held-out rows" offset 0,1.6
  set xrange [0:1]
  set yrange [3.6:-0.6]
  set xtics 0.2 out nomirror scale 0.5
  set ytics ("happy" 0, "neutral" 1, "sad" 2, "surprised" 3) scale 0
  set xlabel "score"
  set grid xtics ytics lc rgb "#dddddd"
  set border 1 lc rgb "#666666"
  set key at screen 0.17250, screen 0.78400 left center horizontal Left reverse
  plot "class_scores.tsv" using 2:1 with points pt 8 ps 1.3 lw 1.6 lc rgb "#0072b2" title "precision", "" using 3:1 with points pt 4 ps 1.1 lw 1.6 lc rgb "#d55e00" title "recall", "" using 4:1 with points pt 7 ps 0.8 lc rgb "#222222" title "F1"
  unset output
}
