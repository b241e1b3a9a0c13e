package dev.corrosion.sample;

/** A row of the replicated table {@code todos}. */
record Todo(String id, String title, boolean done) {}
