# Draws mean_keypoints.svg and mean_keypoints.png; run it in this folder: gnuplot mean_keypoints.gp
do for [format in "svg png"] {
  reset
  set encoding utf8
  set datafile separator "\t"
  if (format eq "svg") {
    set terminal svg size 1808,505 font "DejaVu Sans,12" background rgb "white"
  } else {
    set terminal pngcairo size 3616,1010 font "DejaVu Sans,12" fontscale 2 linewidth 2 pointscale 2
  }
  set output "mean_keypoints.".format
  set multiplot
  set xrange [1.786:45.258]
  set yrange [50.331:7.941]
  set xlabel "x (pixels)" offset 0,0.4
  set tics out nomirror scale 0.5 font ",10"
  set border 3 lc rgb "#666666"
  unset key
  set lmargin at screen 0.03429
  set rmargin at screen 0.26659
  set tmargin at screen 0.91297
  set bmargin at screen 0.10286
  set title "happy (7215 faces)" noenhanced
  set ylabel "y (pixels)"
  set format y "%g"
  plot "mean_keypoints_1_lines.tsv" with lines lc rgb "#9db4c8" lw 1.4, "mean_keypoints_1_points.tsv" using 2:3 with points pt 7 ps 0.3 lc rgb "#1f4e79", "mean_keypoints_1_labels.tsv" with labels font ",7" tc rgb "#333333"
  set lmargin at screen 0.27655
  set rmargin at screen 0.50885
  set tmargin at screen 0.91297
  set bmargin at screen 0.10286
  set title "neutral (4965 faces)" noenhanced
  set ylabel ""
  set format y ""
  plot "mean_keypoints_2_lines.tsv" with lines lc rgb "#9db4c8" lw 1.4, "mean_keypoints_2_points.tsv" using 2:3 with points pt 7 ps 0.3 lc rgb "#1f4e79", "mean_keypoints_2_labels.tsv" with labels font ",7" tc rgb "#333333"
  set lmargin at screen 0.51881
  set rmargin at screen 0.75111
  set tmargin at screen 0.91297
  set bmargin at screen 0.10286
  set title "sad (4830 faces)" noenhanced
  set ylabel ""
  set format y ""
  plot "mean_keypoints_3_lines.tsv" with lines lc rgb "#9db4c8" lw 1.4, "mean_keypoints_3_points.tsv" using 2:3 with points pt 7 ps 0.3 lc rgb "#1f4e79", "mean_keypoints_3_labels.tsv" with labels font ",7" tc rgb "#333333"
  set lmargin at screen 0.76106
  set rmargin at screen 0.99336
  set tmargin at screen 0.91297
  set bmargin at screen 0.10286
  set title "surprised (3171 faces)" noenhanced
  set ylabel ""
  set format y ""
  plot "mean_keypoints_4_lines.tsv" with lines lc rgb "#9db4c8" lw 1.4, "mean_keypoints_4_points.tsv" using 2:3 with points pt 7 ps 0.3 lc rgb "#1f4e79", "mean_keypoints_4_labels.tsv" with labels font ",7" tc rgb "#333333"
  unset multiplot
  unset output
}
