# Draws roc.svg and roc.png; run it in this folder: gnuplot roc.gp
do for [format in "svg png"] {
  reset
  set encoding utf8
  set datafile separator "\t"
  if (format eq "svg") {
    set terminal svg size 723,552 font "DejaVu Sans,12" background rgb "white"
  } else {
    set terminal pngcairo size 1446,1104 font "DejaVu Sans,12" fontscale 2 linewidth 2 pointscale 2
  }
  set output "roc.".format
  set termoption noenhanced
  set lmargin at screen 0.12725
  set rmargin at screen 0.73582
  set tmargin at screen 0.91667
  set bmargin at screen 0.11957
  set title "Receiver operating characteristic: svc, 6660 held-out rows"
  set xlabel "false positive rate"
  set ylabel "true positive rate"
  set xrange [0:1]
  set yrange [0:1]
  set xtics 0.2 out nomirror scale 0.5
  set ytics 0.2 out nomirror scale 0.5
  set grid lc rgb "#dddddd"
  set border 3 lc rgb "#666666"
  unset key
  set label 1 "area" at screen 0.76072, screen 0.90217 left
  set label 2 "happy 0.935" at screen 0.81328, screen 0.86775 left
  set arrow 1 from screen 0.76072, screen 0.86775 to screen 0.80221, screen 0.86775 nohead lw 1.8 lc rgb "#0072b2" dt 1
  set label 3 "neutral 0.850" at screen 0.81328, screen 0.83333 left
  set arrow 2 from screen 0.76072, screen 0.83333 to screen 0.80221, screen 0.83333 nohead lw 1.8 lc rgb "#d55e00" dt 1
  set label 4 "sad 0.850" at screen 0.81328, screen 0.79891 left
  set arrow 3 from screen 0.76072, screen 0.79891 to screen 0.80221, screen 0.79891 nohead lw 1.8 lc rgb "#009e73" dt 1
  set label 5 "surprised 0.933" at screen 0.81328, screen 0.76449 left
  set arrow 4 from screen 0.76072, screen 0.76449 to screen 0.80221, screen 0.76449 nohead lw 1.8 lc rgb "#cc79a7" dt 1
  set label 6 "chance 0.500" at screen 0.81328, screen 0.73007 left
  set arrow 5 from screen 0.76072, screen 0.73007 to screen 0.80221, screen 0.73007 nohead lw 1 lc rgb "#666666" dt 3
  plot "roc.tsv" index 0 using 1:2 with lines lw 1.8 lc rgb "#0072b2" dt 1, \
    "roc.tsv" index 1 using 1:2 with lines lw 1.8 lc rgb "#d55e00" dt 1, \
    "roc.tsv" index 2 using 1:2 with lines lw 1.8 lc rgb "#009e73" dt 1, \
    "roc.tsv" index 3 using 1:2 with lines lw 1.8 lc rgb "#cc79a7" dt 1, \
    [0:1] x with lines lw 1 lc rgb "#666666" dt 3
  unset output
}
