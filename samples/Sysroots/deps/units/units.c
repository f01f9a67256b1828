#include "units.h"

double units_square_feet(double square_metres)
{
    return square_metres / 0.09290304;
}
