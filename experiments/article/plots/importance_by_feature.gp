# Draws importance_by_feature.svg and importance_by_feature.png; run it in this folder: gnuplot importance_by_feature.gp
do for [format in "svg png"] {
  reset
  set encoding utf8
  set datafile separator "\t"
  if (format eq "svg") {
    set terminal svg size 640,680 font "DejaVu Sans,12" background rgb "white"
  } else {
    set terminal pngcairo size 1280,1360 font "DejaVu Sans,12" fontscale 2 linewidth 2 pointscale 2
  }
  set output "importance_by_feature.".format
  set title "Feature importance: the first 30 of 136"
  set xlabel "absolute weight of the linear kernel (share of all)"
  set xrange [0:*]
  set yrange [29.6:-0.6]
  set ytics scale 0 noenhanced font ",10"
  set xtics out nomirror scale 0.5
  set grid xtics lc rgb "#dddddd"
  set border 3 lc rgb "#666666"
  set style fill solid 1 noborder
  unset key
  plot "importance_by_feature.tsv" using ($2/2):1:($2/2):(0.38):ytic(3) with boxxyerror lc rgb "#3b76af"
  unset output
}
