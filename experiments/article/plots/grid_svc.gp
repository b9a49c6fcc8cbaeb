# Draws grid_svc.svg and grid_svc.png; run it in this folder: gnuplot grid_svc.gp
do for [format in "svg png"] {
  reset
  set encoding utf8
  set datafile separator "\t"
  if (format eq "svg") {
    set terminal svg size 841,252 font "DejaVu Sans,12" background rgb "white"
  } else {
    set terminal pngcairo size 1682,504 font "DejaVu Sans,12" fontscale 2 linewidth 2 pointscale 2
  }
  set output "grid_svc.".format
  set termoption noenhanced
  set multiplot
  set label 1 "svc: mean accuracy of 5 folds" at screen 0.02378, screen 0.92857 left front
  set xrange [-0.5:3.5]
  set yrange [-0.5:2.5]
  set xtics ("1" 0, "10" 1, "100" 2, "1000" 3) scale 0 nomirror
  set ytics ("0.001" 0, "0.1" 1, "1" 2) scale 0 nomirror
  set ylabel "gamma"
  set cbrange [0.3933139922781612:0.6911463813450874]
  set palette defined (0 "#00204d", 1 "#00306f", 2 "#2a406c", 3 "#48526b", 4 "#5e626e", 5 "#727374", 6 "#878479", 7 "#9e9677", 8 "#b6a971", 9 "#d0be67", 10 "#ead357", 11 "#ffea46")
  set colorbox user origin screen 0.89536, screen 0.14286 size screen 0.01902, screen 0.56349
  set format cb "%.3f"
  set cbtics font ",10" scale 0.5
  unset border
  unset key
  set lmargin at screen 0.09929
  set rmargin at screen 0.41320
  set tmargin at screen 0.70635
  set bmargin at screen 0.23016
  set title "kernel linear" offset 0,-0.4
  set object 1 rectangle from -0.5,1.5 to 0.5,2.5 front fs empty border lc rgb "#d7263d" lw 3
  set label 2 "C" at screen 0.25624, screen 0.08730 center
  plot "grid_svc_1.tsv" using 1:2:(0.5):(0.5):3 with boxxyerror fs solid 1 border lc rgb "white" lc palette, "" using 1:2:4:5 with labels font ",10" tc rgb variable
  unset colorbox
  unset label 1
  set lmargin at screen 0.53389
  set rmargin at screen 0.84780
  set tmargin at screen 0.70635
  set bmargin at screen 0.23016
  set title "kernel rbf" offset 0,-0.4
  unset object 1
  set label 2 "C" at screen 0.69084, screen 0.08730 center
  plot "grid_svc_2.tsv" using 1:2:(0.5):(0.5):3 with boxxyerror fs solid 1 border lc rgb "white" lc palette, "" using 1:2:4:5 with labels font ",10" tc rgb variable
  unset colorbox
  unset label 1
  unset multiplot
  unset output
}
