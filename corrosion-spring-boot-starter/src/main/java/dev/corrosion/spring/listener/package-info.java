/** Methods that are called when the result of a query changes. */
@NullMarked
package dev.corrosion.spring.listener;

import org.jspecify.annotations.NullMarked;
