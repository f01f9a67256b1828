#include <stdio.h>
#include <area.h>
#include <sysroot.h>
#include <text.h>
#include <units.h>

int main(void)
{
    double area = area_of_circle(2.5);
    printf("Headers of all, and sysroot.h of %s\n", SYSROOT);
    text_line("square m", area);
    text_line("square feet", units_square_feet(area));
    return 0;
}
