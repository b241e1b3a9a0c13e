package dev.corrosion.query;

/** A column of a primary key and the collation by which its values are told apart. */
record KeyColumn(String name, Collation collation) {}
