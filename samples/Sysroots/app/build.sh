# One directory for headers and one for libraries, whatever the program depends on.
set -e
mkdir -p out
cc -I/opt/sysroot/include -o out/report main.c -L/opt/sysroot/lib -larea -ltext -lunits
./out/report > out/report.txt
# A program that writes where it should not: caught, told, and thrown away.
echo "built report" >> /opt/sysroot/lib/used-by.log
