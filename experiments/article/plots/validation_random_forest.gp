# Draws validation_random_forest.svg and validation_random_forest.png; run it in this folder: gnuplot validation_random_forest.gp
do for [format in "svg png"] {
  reset
  set encoding utf8
  set datafile separator "\t"
  if (format eq "svg") {
    set terminal svg size 950,324 font "DejaVu Sans,12" background rgb "white"
  } else {
    set terminal pngcairo size 1900,648 font "DejaVu Sans,12" fontscale 2 linewidth 2 pointscale 2
  }
  set output "validation_random_forest.".format
  set termoption noenhanced
  scores = "%.3f"
  set multiplot
  set label 1 "random_forest: mean ± standard deviation over the folds" at screen 0.02105, screen 0.94444 left
  set xrange [-0.08:1.08]
  set yrange [0.5163559514162132:0.590439724509794]
  set ytics out nomirror scale 0.5
  set grid ytics lc rgb "#dddddd"
  set border 3 lc rgb "#666666"
  unset key
  set lmargin at screen 0.10316
  set rmargin at screen 0.36632
  set tmargin at screen 0.83333
  set bmargin at screen 0.18519
  set label 2 "criterion" at screen 0.23474, screen 0.06173 center
  set ylabel "mean accuracy of 5 folds"
  set format y scores
  set xtics ("gini" 0.25, "entropy" 0.75) out nomirror scale 0.5 norotate
  plot "validation_random_forest_1.tsv" using 1:2:3:4 with yerrorbars pt 7 ps 0.7 lw 1.6 lc rgb "#0b4f8a", "+" using (0.25):(0.5789509892922376) every ::0::0 with points pt 6 ps 1.7 lw 2 lc rgb "#d7263d"
  unset label 1
  set lmargin at screen 0.40211
  set rmargin at screen 0.66526
  set tmargin at screen 0.83333
  set bmargin at screen 0.18519
  set label 2 "max_depth" at screen 0.53368, screen 0.06173 center
  set ylabel ""
  set format y ""
  set xtics ("4" 0.0, "5" 0.5, "6" 1.0) out nomirror scale 0.5 norotate
  plot "validation_random_forest_2.tsv" using 1:3:4 with filledcurves lc rgb "#c3d8ea", "" using 1:2 with linespoints pt 7 ps 0.6 lw 1.8 lc rgb "#0b4f8a", "+" using (1.0):(0.5789509892922376) every ::0::0 with points pt 6 ps 1.7 lw 2 lc rgb "#d7263d"
  unset label 1
  set lmargin at screen 0.70105
  set rmargin at screen 0.96421
  set tmargin at screen 0.83333
  set bmargin at screen 0.18519
  set label 2 "n_estimators" at screen 0.83263, screen 0.06173 center
  set ylabel ""
  set format y ""
  set xtics ("200" 0.0, "300" 1.0) out nomirror scale 0.5 norotate
  plot "validation_random_forest_3.tsv" using 1:3:4 with filledcurves lc rgb "#c3d8ea", "" using 1:2 with linespoints pt 7 ps 0.6 lw 1.8 lc rgb "#0b4f8a", "+" using (0.0):(0.5789509892922376) every ::0::0 with points pt 6 ps 1.7 lw 2 lc rgb "#d7263d"
  unset label 1
  unset multiplot
  unset output
}
