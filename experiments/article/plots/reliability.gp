# Draws reliability.svg and reliability.png; run it in this folder: gnuplot reliability.gp
do for [format in "svg png"] {
  reset
  set encoding utf8
  set datafile separator "\t"
  if (format eq "svg") {
    set terminal svg size 540,664 font "DejaVu Sans,12" background rgb "white"
  } else {
    set terminal pngcairo size 1080,1328 font "DejaVu Sans,12" fontscale 2 linewidth 2 pointscale 2
  }
  set output "reliability.".format
  set termoption noenhanced
  set multiplot
  set lmargin at screen 0.16667
  set rmargin at screen 0.94444
  set xrange [0:1]
  set xtics 0.2 out nomirror scale 0.5
  set ytics out nomirror scale 0.5
  set grid lc rgb "#dddddd"
  set border 3 lc rgb "#666666"
  set tmargin at screen 0.93072
  set bmargin at screen 0.29819
  set title "Reliability: svc, 6660 held-out rows"
  set yrange [0:1]
  set ytics 0.2
  set format x ""
  set ylabel "share of right predictions"
  set key top left Left reverse
  plot [0:1] x with lines lw 1 lc rgb "#666666" dt 3 title "as sure as right", "reliability.tsv" using 1:2 with lines lw 1.5 lc rgb "#0072b2" notitle, "" using 1:2:3:4 with yerrorbars pt 7 ps 0.7 lw 1.3 lc rgb "#0072b2" title "with 95 % interval"
  set tmargin at screen 0.25904
  set bmargin at screen 0.09337
  unset title
  unset key
  set format x "%g"
  set xlabel "mean probability of the predicted class"
  set ylabel "predictions"
  set yrange [0:*]
  set ytics autofreq
  set style fill solid 1 noborder
  plot "reliability.tsv" using (($5+$6)/2):($7/2.0):(($6-$5)*0.45):($7/2.0) with boxxyerror lc rgb "#7a8fa3"
  unset multiplot
  unset output
}
