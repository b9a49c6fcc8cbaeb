# Draws grid_gradient_boosting.svg and grid_gradient_boosting.png; run it in this folder: gnuplot grid_gradient_boosting.gp
do for [format in "svg png"] {
  reset
  set encoding utf8
  set datafile separator "\t"
  if (format eq "svg") {
    set terminal svg size 530,236 font "DejaVu Sans,12" background rgb "white"
  } else {
    set terminal pngcairo size 1060,472 font "DejaVu Sans,12" fontscale 2 linewidth 2 pointscale 2
  }
  set output "grid_gradient_boosting.".format
  set termoption noenhanced
  set multiplot
  set label 1 "gradient_boosting: mean accuracy of 5 folds" at screen 0.03774, screen 0.92373 left front
  set xrange [-0.5:2.5]
  set yrange [-0.5:2.5]
  set xtics ("2" 0, "5" 1, "10" 2) scale 0 nomirror
  set ytics ("100" 0, "200" 1, "300" 2) scale 0 nomirror
  set ylabel "n_estimators"
  set cbrange [0.6453666779686971:0.6702906900436403]
  set palette defined (0 "#00204d", 1 "#00306f", 2 "#2a406c", 3 "#48526b", 4 "#5e626e", 5 "#727374", 6 "#878479", 7 "#9e9677", 8 "#b6a971", 9 "#d0be67", 10 "#ead357", 11 "#ffea46")
  set colorbox user origin screen 0.57830, screen 0.15254 size screen 0.03019, screen 0.53390
  set format cb "%.3f"
  set cbtics font ",10" scale 0.5
  unset border
  unset key
  set lmargin at screen 0.12925
  set rmargin at screen 0.50283
  set tmargin at screen 0.75424
  set bmargin at screen 0.24576
  set title "" offset 0,-0.4
  set object 1 rectangle from 0.5,1.5 to 1.5,2.5 front fs empty border lc rgb "#d7263d" lw 3
  set label 2 "max_depth" at screen 0.31604, screen 0.09322 center
  plot "grid_gradient_boosting_1.tsv" using 1:2:(0.5):(0.5):3 with boxxyerror fs solid 1 border lc rgb "white" lc palette, "" using 1:2:4:5 with labels font ",10" tc rgb variable
  unset colorbox
  unset label 1
  unset multiplot
  unset output
}
