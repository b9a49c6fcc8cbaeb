# Draws importance_by_class.svg and importance_by_class.png; run it in this folder: gnuplot importance_by_class.gp
do for [format in "svg png"] {
  reset
  set encoding utf8
  set datafile separator "\t"
  if (format eq "svg") {
    set terminal svg size 1006,343 font "DejaVu Sans,12" background rgb "white"
  } else {
    set terminal pngcairo size 2012,686 font "DejaVu Sans,12" fontscale 2 linewidth 2 pointscale 2
  }
  set output "importance_by_class.".format
  set multiplot
  set xrange [-1.376:1.393]
  set yrange [1.393:-1.251]
  unset tics
  unset border
  unset key
  set title font ",11"
  set cbrange [0:0.421108]
  set palette defined (0 "#ffea46", 1 "#ead357", 2 "#d0be67", 3 "#b6a971", 4 "#9e9677", 5 "#878479", 6 "#727374", 7 "#5e626e", 8 "#48526b", 9 "#2a406c", 10 "#00306f", 11 "#00204d")
  unset colorbox
  set lmargin at screen 0.01193
  set rmargin at screen 0.24553
  set tmargin at screen 0.91254
  set bmargin at screen 0.25656
  set title "happy" noenhanced offset 0,-0.4
  plot "importance_by_class_1_lines.tsv" with lines lc rgb "#b8c4cf" lw 1.2, "importance_by_class_1.tsv" using 2:3:($5+0.2) with points pt 7 ps variable lc rgb "#6b6b6b", "importance_by_class_1.tsv" using 2:3:5:4 with points pt 7 ps variable lc palette, "importance_by_class_1_labels.tsv" with labels font ",9" tc rgb "#222222"
  set lmargin at screen 0.25944
  set rmargin at screen 0.49304
  set tmargin at screen 0.91254
  set bmargin at screen 0.25656
  set title "neutral" noenhanced offset 0,-0.4
  plot "importance_by_class_2_lines.tsv" with lines lc rgb "#b8c4cf" lw 1.2, "importance_by_class_2_leaders.tsv" with lines lc rgb "#999999" lw 0.6, "importance_by_class_2.tsv" using 2:3:($5+0.2) with points pt 7 ps variable lc rgb "#6b6b6b", "importance_by_class_2.tsv" using 2:3:5:4 with points pt 7 ps variable lc palette, "importance_by_class_2_labels.tsv" with labels font ",9" tc rgb "#222222"
  set lmargin at screen 0.50696
  set rmargin at screen 0.74056
  set tmargin at screen 0.91254
  set bmargin at screen 0.25656
  set title "sad" noenhanced offset 0,-0.4
  plot "importance_by_class_3_lines.tsv" with lines lc rgb "#b8c4cf" lw 1.2, "importance_by_class_3.tsv" using 2:3:($5+0.2) with points pt 7 ps variable lc rgb "#6b6b6b", "importance_by_class_3.tsv" using 2:3:5:4 with points pt 7 ps variable lc palette, "importance_by_class_3_labels.tsv" with labels font ",9" tc rgb "#222222"
  set lmargin at screen 0.75447
  set rmargin at screen 0.98807
  set tmargin at screen 0.91254
  set bmargin at screen 0.25656
  set title "surprised" noenhanced offset 0,-0.4
  plot "importance_by_class_4_lines.tsv" with lines lc rgb "#b8c4cf" lw 1.2, "importance_by_class_4_leaders.tsv" with lines lc rgb "#999999" lw 0.6, "importance_by_class_4.tsv" using 2:3:($5+0.2) with points pt 7 ps variable lc rgb "#6b6b6b", "importance_by_class_4.tsv" using 2:3:5:4 with points pt 7 ps variable lc palette, "importance_by_class_4_labels.tsv" with labels font ",9" tc rgb "#222222"
  set lmargin at screen 0
  set rmargin at screen 1
  set tmargin at screen 0.22157
  set bmargin at screen 0
  set xrange [0:1]
  set yrange [0:1]
  unset title
  set label 1 "area under the class's ROC curve lost when the point is permuted" at 0.5,0.12 center font ",10" tc rgb "#333333"
  plot "importance_by_class_legend.tsv" using 1:2:($4+0.2) with points pt 7 ps variable lc rgb "#6b6b6b", "importance_by_class_legend.tsv" using 1:2:4:3 with points pt 7 ps variable lc palette, "importance_by_class_legend.tsv" using 1:5:6 with labels font ",10" tc rgb "#222222"
  unset multiplot
  unset output
}
