package dev.corrosion.simulation;

/** What must hold at the end, when nothing is wrong any more and the nodes agree on what they have. */
interface Validation {

    void check(World world);
}
