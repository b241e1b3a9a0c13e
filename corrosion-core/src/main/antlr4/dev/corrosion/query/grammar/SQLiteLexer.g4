/*
 * The MIT License (MIT)
 *
 * Copyright (c) 2020 by Martin Mirchev
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
 * associated documentation files (the "Software"), to deal in the Software without restriction,
 * including without limitation the rights to use, copy, modify, merge, publish, distribute,
 * sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
 * furnished to do so, subject to the following conditions:
 *
 * The above copyright notice and this permission notice shall be included in all copies or
 * substantial portions of the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
 * NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
 * NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
 * DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
 * OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
 *
 * Project : sqlite-parser; an ANTLR4 grammar for SQLite https://github.com/bkiers/sqlite-parser
 * Developed by : Bart Kiers, bart@big-o.nl
 *
 * Changed here: only the keywords that the grammar of queries looks at are kept, all others are names; names, numbers and
 * white space follow SQLite's tokenizer.
 */

lexer grammar SQLiteLexer;

SCOL:      ';';
DOT:       '.';
OPEN_PAR:  '(';
CLOSE_PAR: ')';
COMMA:     ',';
ASSIGN:    '=';
STAR:      '*';
PLUS:      '+';
PTR2:      '->>';
PTR:       '->';
MINUS:     '-';
TILDE:     '~';
PIPE2:     '||';
DIV:       '/';
MOD:       '%';
LT2:       '<<';
GT2:       '>>';
AMP:       '&';
PIPE:      '|';
LT:        '<';
LT_EQ:     '<=';
GT:        '>';
GT_EQ:     '>=';
EQ:        '==';
NOT_EQ1:   '!=';
NOT_EQ2:   '<>';

ALL_:       A L L;
AND_:       A N D;
AS_:        A S;
ASC_:       A S C;
BETWEEN_:   B E T W E E N;
BY_:        B Y;
CASE_:      C A S E;
CAST_:      C A S T;
COLLATE_:   C O L L A T E;
CROSS_:     C R O S S;
DESC_:      D E S C;
DISTINCT_:  D I S T I N C T;
ELSE_:      E L S E;
END_:       E N D;
ESCAPE_:    E S C A P E;
EXCEPT_:    E X C E P T;
EXISTS_:    E X I S T S;
FILTER_:    F I L T E R;
FIRST_:     F I R S T;
FROM_:      F R O M;
FULL_:      F U L L;
GLOB_:      G L O B;
GROUP_:     G R O U P;
HAVING_:    H A V I N G;
IN_:        I N;
INDEXED_:   I N D E X E D;
INNER_:     I N N E R;
INTERSECT_: I N T E R S E C T;
IS_:        I S;
ISNULL_:    I S N U L L;
JOIN_:      J O I N;
LAST_:      L A S T;
LEFT_:      L E F T;
LIKE_:      L I K E;
LIMIT_:     L I M I T;
MATCH_:     M A T C H;
NATURAL_:   N A T U R A L;
NOT_:       N O T;
NOTNULL_:   N O T N U L L;
NULL_:      N U L L;
NULLS_:     N U L L S;
OFFSET_:    O F F S E T;
ON_:        O N;
OR_:        O R;
ORDER_:     O R D E R;
OUTER_:     O U T E R;
OVER_:      O V E R;
REGEXP_:    R E G E X P;
RIGHT_:     R I G H T;
SELECT_:    S E L E C T;
THEN_:      T H E N;
UNION_:     U N I O N;
USING_:     U S I N G;
VALUES_:    V A L U E S;
WHEN_:      W H E N;
WHERE_:     W H E R E;
WINDOW_:    W I N D O W;
WITH_:      W I T H;

IDENTIFIER:
    '"' (~'"' | '""')* '"'
    | '`' (~'`' | '``')* '`'
    | '[' ~']'* ']'
    | NAME_START NAME_PART*
;

NUMERIC_LITERAL:
    (DIGITS ('.' DIGITS?)? | '.' DIGITS) (E [-+]? DIGITS)?
    | '0' X HEX_DIGIT ('_'? HEX_DIGIT)*
;

NUMBERED_BIND_PARAMETER: '?' DIGIT*;

NAMED_BIND_PARAMETER: [:@$] NAME_PART+;

STRING_LITERAL: '\'' ( ~'\'' | '\'\'')* '\'';

BLOB_LITERAL: X STRING_LITERAL;

SINGLE_LINE_COMMENT: '--' ~[\n]* ('\n' | EOF) -> channel(HIDDEN);

MULTILINE_COMMENT: '/*' .*? ('*/' | EOF) -> channel(HIDDEN);

SPACES: [ \t\r\n\f] -> channel(HIDDEN);

UNEXPECTED_CHAR: .;

fragment NAME_START: [a-zA-Z_] | [\u0080-\u{10FFFF}];
fragment NAME_PART:  NAME_START | [0-9$];
fragment HEX_DIGIT:  [0-9a-fA-F];
fragment DIGIT:      [0-9];
fragment DIGITS:     DIGIT ('_'? DIGIT)*;

fragment A: [aA];
fragment B: [bB];
fragment C: [cC];
fragment D: [dD];
fragment E: [eE];
fragment F: [fF];
fragment G: [gG];
fragment H: [hH];
fragment I: [iI];
fragment J: [jJ];
fragment K: [kK];
fragment L: [lL];
fragment M: [mM];
fragment N: [nN];
fragment O: [oO];
fragment P: [pP];
fragment Q: [qQ];
fragment R: [rR];
fragment S: [sS];
fragment T: [tT];
fragment U: [uU];
fragment V: [vV];
fragment W: [wW];
fragment X: [xX];
fragment Y: [yY];
fragment Z: [zZ];
