#include "area.h"

double area_of_circle(double radius)
{
    return 3.14159265358979 * radius * radius;
}
