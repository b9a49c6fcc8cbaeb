# Draws precision_recall.svg and precision_recall.png; run it in this folder: gnuplot precision_recall.gp
do for [format in "svg png"] {
  reset
  set encoding utf8
  set datafile separator "\t"
  if (format eq "svg") {
    set terminal svg size 737,552 font "DejaVu Sans,12" background rgb "white"
  } else {
    set terminal pngcairo size 1474,1104 font "DejaVu Sans,12" fontscale 2 linewidth 2 pointscale 2
  }
  set output "precision_recall.".format
  set termoption noenhanced
  set lmargin at screen 0.12470
  set rmargin at screen 0.72106
  set tmargin at screen 0.91667
  set bmargin at screen 0.11957
  set title "Precision and recall: svc, 6660 held-out rows"
  set xlabel "recall"
  set ylabel "precision"
  set xrange [0:1]
  set yrange [0:1]
  set xtics 0.2 out nomirror scale 0.5
  set ytics 0.2 out nomirror scale 0.5
  set grid lc rgb "#dddddd"
  set border 3 lc rgb "#666666"
  unset key
  set label 1 "average precision" at screen 0.74546, screen 0.90217 left
  set label 2 "happy 0.893" at screen 0.79696, screen 0.86775 left
  set arrow 1 from screen 0.74546, screen 0.86775 to screen 0.78612, screen 0.86775 nohead lw 1.8 lc rgb "#0072b2" dt 1
  set label 3 "neutral 0.630" at screen 0.79696, screen 0.83333 left
  set arrow 2 from screen 0.74546, screen 0.83333 to screen 0.78612, screen 0.83333 nohead lw 1.8 lc rgb "#d55e00" dt 1
  set label 4 "sad 0.625" at screen 0.79696, screen 0.79891 left
  set arrow 3 from screen 0.74546, screen 0.79891 to screen 0.78612, screen 0.79891 nohead lw 1.8 lc rgb "#009e73" dt 1
  set label 5 "surprised 0.822" at screen 0.79696, screen 0.76449 left
  set arrow 4 from screen 0.74546, screen 0.76449 to screen 0.78612, screen 0.76449 nohead lw 1.8 lc rgb "#cc79a7" dt 1
  plot "precision_recall.tsv" index 0 using 1:2 with lines lw 1.8 lc rgb "#0072b2" dt 1, \
    "precision_recall.tsv" index 1 using 1:2 with lines lw 1.8 lc rgb "#d55e00" dt 1, \
    "precision_recall.tsv" index 2 using 1:2 with lines lw 1.8 lc rgb "#009e73" dt 1, \
    "precision_recall.tsv" index 3 using 1:2 with lines lw 1.8 lc rgb "#cc79a7" dt 1
  unset output
}
