# Draws grid_random_forest.svg and grid_random_forest.png; run it in this folder: gnuplot grid_random_forest.gp
do for [format in "svg png"] {
  reset
  set encoding utf8
  set datafile separator "\t"
  if (format eq "svg") {
    set terminal svg size 679,212 font "DejaVu Sans,12" background rgb "white"
  } else {
    set terminal pngcairo size 1358,424 font "DejaVu Sans,12" fontscale 2 linewidth 2 pointscale 2
  }
  set output "grid_random_forest.".format
  set termoption noenhanced
  set multiplot
  set label 1 "random_forest: mean accuracy of 5 folds" at screen 0.02946, screen 0.91509 left front
  set xrange [-0.5:2.5]
  set yrange [-0.5:1.5]
  set xtics ("4" 0, "5" 1, "6" 2) scale 0 nomirror
  set ytics ("200" 0, "300" 1) scale 0 nomirror
  set ylabel "n_estimators"
  set cbrange [0.5211150728980958:0.5789509892922376]
  set palette defined (0 "#00204d", 1 "#00306f", 2 "#2a406c", 3 "#48526b", 4 "#5e626e", 5 "#727374", 6 "#878479", 7 "#9e9677", 8 "#b6a971", 9 "#d0be67", 10 "#ead357", 11 "#ffea46")
  set colorbox user origin screen 0.87040, screen 0.16981 size screen 0.02356, screen 0.48113
  set format cb "%.3f"
  set cbtics font ",10" scale 0.5
  unset border
  unset key
  set lmargin at screen 0.10088
  set rmargin at screen 0.39249
  set tmargin at screen 0.65094
  set bmargin at screen 0.27358
  set title "criterion gini" offset 0,-0.4
  set object 1 rectangle from 1.5,-0.5 to 2.5,0.5 front fs empty border lc rgb "#d7263d" lw 3
  set label 2 "max_depth" at screen 0.24669, screen 0.10377 center
  plot "grid_random_forest_1.tsv" using 1:2:(0.5):(0.5):3 with boxxyerror fs solid 1 border lc rgb "white" lc palette, "" using 1:2:4:5 with labels font ",10" tc rgb variable
  unset colorbox
  unset label 1
  set lmargin at screen 0.51988
  set rmargin at screen 0.81149
  set tmargin at screen 0.65094
  set bmargin at screen 0.27358
  set title "criterion entropy" offset 0,-0.4
  unset object 1
  set label 2 "max_depth" at screen 0.66568, screen 0.10377 center
  plot "grid_random_forest_2.tsv" using 1:2:(0.5):(0.5):3 with boxxyerror fs solid 1 border lc rgb "white" lc palette, "" using 1:2:4:5 with labels font ",10" tc rgb variable
  unset colorbox
  unset label 1
  unset multiplot
  unset output
}
