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
  set tmargin at screen 0.92447
  set bmargin at screen 0.09755
  set xrange [1.508:45.563]
  set yrange [49.787:8.442]
  set xlabel "x (pixels)"
  set ylabel "y (pixels)"
  set tics out nomirror scale 0.5
  set border 3 lc rgb "#666666"
  set title "Importance of each facial region on the mean face"
  set key at graph 1.04, graph 1 left top Left reverse samplen 2 spacing 1.3
  set label 1 "absolute weight of the linear kernel (share of all)" at screen 0.99, screen 0.02 right font ",10" tc rgb "#555555"
  plot "importance_by_region.tsv" index 0 using 1:2 with lines lw 8.00 lc rgb "#00204d" title "jaw 0.202", \
    "importance_by_region.tsv" index 1 using 1:2 with lines lw 7.98 lc rgb "#00214e" title "outer_lip 0.201", \
    "importance_by_region.tsv" index 2 using 1:2 with lines lw 6.35 lc rgb "#49526b" title "inner_lip 0.146", \
    "importance_by_region.tsv" index 3 using 1:2 with lines lw 5.20 lc rgb "#757575" title "right_eye 0.108", \
    "importance_by_region.tsv" index 4 using 1:2 with lines lw 4.78 lc rgb "#858279" title "left_eye 0.094", \
    "importance_by_region.tsv" index 5 using 1:2 with lines lw 4.16 lc rgb "#9f9777" title "right_eyebrow 0.073", \
    "importance_by_region.tsv" index 6 using 1:2 with lines lw 4.02 lc rgb "#a59c75" title "nose_tip 0.068", \
    "importance_by_region.tsv" index 7 using 1:2 with lines lw 3.83 lc rgb "#aea273" title "left_eyebrow 0.061", \
    "importance_by_region.tsv" index 8 using 1:2 with lines lw 3.38 lc rgb "#c2b36c" title "nose_bridge 0.047"
  unset output
}
