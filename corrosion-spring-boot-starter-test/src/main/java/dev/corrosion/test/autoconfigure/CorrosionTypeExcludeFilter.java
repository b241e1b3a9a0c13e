package dev.corrosion.test.autoconfigure;

import org.springframework.boot.test.context.filter.annotation.StandardAnnotationCustomizableTypeExcludeFilter;

/** Leaves out components that {@link CorrosionTest} does not include. */
final class CorrosionTypeExcludeFilter extends StandardAnnotationCustomizableTypeExcludeFilter<CorrosionTest> {

    CorrosionTypeExcludeFilter(Class<?> testClass) {
        super(testClass);
    }
}
