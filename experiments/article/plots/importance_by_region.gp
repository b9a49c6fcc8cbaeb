# Draws importance_by_region.svg and importance_by_region.png; run it in this folder: gnuplot importance_by_region.gp
do for [format in "svg png"] {
  reset
  set encoding utf8
  set datafile separator "\t"
  if (format eq "svg") {
    set terminal svg size 834,635 font "DejaVu Sans,12" background rgb "white"
  } else {
    set terminal pngcairo size 1668,1270 font "DejaVu Sans,12" fontscale 2 linewidth 2 pointscale 2
  }
  set output "importance_by_region.".format
  set termoption noenhanced
  set lmargin at screen 0.08393
  set rmargin at screen 0.75540
  set tmargin at screen 0.92449
  set bmargin at screen 0.09753
  set xrange [1.700:45.371]
  set yrange [49.595:8.598]
  set xlabel "x (pixels)"
  set ylabel "y (pixels)"
  set tics out nomirror scale 0.5
  set border 3 lc rgb "#666666"
  set title "Importance of each facial region on the mean face"
  set key at graph 1.04, graph 1 left top Left reverse samplen 2 spacing 1.3
  set label 1 "absolute weight of the linear kernel (share of all)" at screen 0.99, screen 0.02 right font ",10" tc rgb "#555555"
  plot "importance_by_region.tsv" index 0 using 1:2 with lines lw 8.00 lc rgb "#00204d" title "outer_lip 0.206", \
    "importance_by_region.tsv" index 1 using 1:2 with lines lw 7.38 lc rgb "#06326f" title "jaw 0.185", \
    "importance_by_region.tsv" index 2 using 1:2 with lines lw 6.03 lc rgb "#555c6d" title "inner_lip 0.139", \
    "importance_by_region.tsv" index 3 using 1:2 with lines lw 5.17 lc rgb "#767675" title "left_eye 0.109", \
    "importance_by_region.tsv" index 4 using 1:2 with lines lw 4.81 lc rgb "#848178" title "right_eye 0.097", \
    "importance_by_region.tsv" index 5 using 1:2 with lines lw 4.44 lc rgb "#938e78" title "nose_tip 0.084", \
    "importance_by_region.tsv" index 6 using 1:2 with lines lw 3.91 lc rgb "#aa9f74" title "left_eyebrow 0.066", \
    "importance_by_region.tsv" index 7 using 1:2 with lines lw 3.77 lc rgb "#b0a472" title "right_eyebrow 0.061", \
    "importance_by_region.tsv" index 8 using 1:2 with lines lw 3.56 lc rgb "#baac70" title "nose_bridge 0.054"
  unset output
}
