/* The area of a circle, in the unit of its radius squared. */
double area_of_circle(double radius);
