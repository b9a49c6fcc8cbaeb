# Draws importance_by_keypoint.svg and importance_by_keypoint.png; run it in this folder: gnuplot importance_by_keypoint.gp
do for [format in "svg png"] {
  reset
  set encoding utf8
  set datafile separator "\t"
  if (format eq "svg") {
    set terminal svg size 760,635 font "DejaVu Sans,12" background rgb "white"
  } else {
    set terminal pngcairo size 1520,1270 font "DejaVu Sans,12" fontscale 2 linewidth 2 pointscale 2
  }
  set output "importance_by_keypoint.".format
  set lmargin at screen 0.09211
  set rmargin at screen 0.82895
  set tmargin at screen 0.92449
  set bmargin at screen 0.09753
  set xrange [1.700:45.371]
  set yrange [49.595:8.598]
  set xlabel "x (pixels)"
  set ylabel "y (pixels)"
  set tics out nomirror scale 0.5
  set border 3 lc rgb "#666666"
  set title "Importance of each point on the mean face (its features together)"
  set cblabel "absolute weight of the linear kernel (share of all)"
  set cbrange [0:0.024970]
  set palette defined (0 "#ffea46", 1 "#ead357", 2 "#d0be67", 3 "#b6a971", 4 "#9e9677", 5 "#878479", 6 "#727374", 7 "#5e626e", 8 "#48526b", 9 "#2a406c", 10 "#00306f", 11 "#00204d")
  unset key
  plot "importance_by_keypoint_lines.tsv" with lines lc rgb "#b8c4cf" lw 1.2, "importance_by_keypoint_leaders.tsv" with lines lc rgb "#999999" lw 0.6, "importance_by_keypoint.tsv" using 2:3:($5+0.2) with points pt 7 ps variable lc rgb "#6b6b6b", "importance_by_keypoint.tsv" using 2:3:5:4 with points pt 7 ps variable lc palette, "importance_by_keypoint_labels.tsv" with labels font ",10" tc rgb "#222222"
  unset output
}
