# Draws validation_gradient_boosting.svg and validation_gradient_boosting.png; run it in this folder: gnuplot validation_gradient_boosting.gp
do for [format in "svg png"] {
  reset
  set encoding utf8
  set datafile separator "\t"
  if (format eq "svg") {
    set terminal svg size 666,324 font "DejaVu Sans,12" background rgb "white"
  } else {
    set terminal pngcairo size 1332,648 font "DejaVu Sans,12" fontscale 2 linewidth 2 pointscale 2
  }
  set output "validation_gradient_boosting.".format
  set termoption noenhanced
  scores = "%.3f"
  set multiplot
  set label 1 "gradient_boosting: mean ± standard deviation over the folds" at screen 0.03003, screen 0.94444 left
  set xrange [-0.08:1.08]
  set yrange [0.6484116580189111:0.679769330539704]
  set ytics out nomirror scale 0.5
  set grid ytics lc rgb "#dddddd"
  set border 3 lc rgb "#666666"
  unset key
  set lmargin at screen 0.14715
  set rmargin at screen 0.52252
  set tmargin at screen 0.83333
  set bmargin at screen 0.18519
  set label 2 "max_depth" at screen 0.33483, screen 0.06173 center
  set ylabel "mean accuracy of 5 folds"
  set format y scores
  set xtics ("2" 0.0, "5" 0.375, "10" 1.0) out nomirror scale 0.5 norotate
  plot "validation_gradient_boosting_1.tsv" using 1:3:4 with filledcurves lc rgb "#c3d8ea", "" using 1:2 with linespoints pt 7 ps 0.6 lw 1.8 lc rgb "#0b4f8a", "+" using (0.375):(0.6702906900436403) every ::0::0 with points pt 6 ps 1.7 lw 2 lc rgb "#d7263d"
  unset label 1
  set lmargin at screen 0.57357
  set rmargin at screen 0.94895
  set tmargin at screen 0.83333
  set bmargin at screen 0.18519
  set label 2 "n_estimators" at screen 0.76126, screen 0.06173 center
  set ylabel ""
  set format y ""
  set xtics ("100" 0.0, "200" 0.5, "300" 1.0) out nomirror scale 0.5 norotate
  plot "validation_gradient_boosting_2.tsv" using 1:3:4 with filledcurves lc rgb "#c3d8ea", "" using 1:2 with linespoints pt 7 ps 0.6 lw 1.8 lc rgb "#0b4f8a", "+" using (1.0):(0.6702906900436403) every ::0::0 with points pt 6 ps 1.7 lw 2 lc rgb "#d7263d"
  unset label 1
  unset multiplot
  unset output
}
