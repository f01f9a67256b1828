# Each library into a sysroot of its own: its header, the library, and a header that all of them have.
set -e
for name in area text units; do
  sysroot=$1/$name
  mkdir -p "$sysroot/include" "$sysroot/lib"
  cp "deps/$name/$name.h" "$sysroot/include/$name.h"
  echo "#define SYSROOT \"$name\"" > "$sysroot/include/sysroot.h"
  cc -c -o "$sysroot/lib/$name.o" "deps/$name/$name.c"
  ar rcs "$sysroot/lib/lib$name.a" "$sysroot/lib/$name.o"
  rm "$sysroot/lib/$name.o"
done
