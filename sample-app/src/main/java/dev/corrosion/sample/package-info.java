/** What a user of Corrosion would write: a service that registers, discovers, calls others and shares a todo list. */
@NullMarked
package dev.corrosion.sample;

import org.jspecify.annotations.NullMarked;
