/* Square metres as square feet. */
double units_square_feet(double square_metres);
