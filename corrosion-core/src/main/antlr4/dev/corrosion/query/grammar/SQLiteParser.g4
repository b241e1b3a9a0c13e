/*
 * The MIT License (MIT)
 *
 * Copyright (c) 2014 by Bart Kiers
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
 * Developed by:
 *     Bart Kiers, bart@big-o.nl
 *     Martin Mirchev, marti_2203@abv.bg
 *     Mike Lische, mike@lischke-online.de
 *
 * Changed here: only queries are kept; the rules of expressions follow the precedence of SQLite's operators, so that the
 * tree says what an operator applies to; what is nested in parentheses or cannot be followed row by row (WITH, compound
 * queries, subqueries, windows) is recognised but not taken apart.
 */

parser grammar SQLiteParser;

options {
    tokenVocab = SQLiteLexer;
}

parse:
    select_stmt SCOL* EOF
;

select_stmt:
    with_clause rest
    | values_clause
    | select_core (compound_operator rest | order_by_stmt? limit_stmt?)
;

with_clause:
    WITH_
;

values_clause:
    VALUES_ rest
;

compound_operator:
    UNION_ ALL_?
    | INTERSECT_
    | EXCEPT_
;

rest:
    (nested | ~(OPEN_PAR | CLOSE_PAR | SCOL))*
;

nested:
    OPEN_PAR (nested | ~(OPEN_PAR | CLOSE_PAR))* CLOSE_PAR
;

select_core:
    SELECT_ (distinct | ALL_)? result_column (COMMA result_column)* (FROM_ join_clause)? (WHERE_ where = expr)? (
        GROUP_ BY_ group_by += expr (COMMA group_by += expr)*
    )? (HAVING_ having = expr)? window_clause?
;

distinct:
    DISTINCT_
;

window_clause:
    WINDOW_ name AS_ nested (COMMA name AS_ nested)*
;

order_by_stmt:
    ORDER_ BY_ ordering_term (COMMA ordering_term)*
;

ordering_term:
    expr (ASC_ | DESC_)? (NULLS_ (FIRST_ | LAST_))?
;

limit_stmt:
    LIMIT_ expr ((OFFSET_ | COMMA) expr)?
;

result_column:
    STAR
    | name DOT STAR
    | expr (AS_ alias | column_alias)?
;

alias:
    name
    | STRING_LITERAL
;

column_alias:
    IDENTIFIER
    | STRING_LITERAL
;

join_clause:
    table_or_subquery (join_operator table_or_subquery join_constraint)*
;

table_or_subquery:
    (schema = name DOT)? table = name (AS_? as_alias = column_alias)? (INDEXED_ BY_ name | NOT_ INDEXED_)? #named_table
    | (name DOT)? name nested (AS_? column_alias)?                                                       #table_function
    | nested (AS_? column_alias)?                                                                        #nested_table
;

join_operator:
    COMMA
    | JOIN_
    | INNER_ JOIN_
    | CROSS_ JOIN_
    | LEFT_ OUTER_? JOIN_
    | (NATURAL_ | RIGHT_ | FULL_ | LEFT_ | INNER_ | CROSS_ | OUTER_)+ JOIN_
;

join_constraint:
    (ON_ expr | USING_ nested)?
;

name:
    IDENTIFIER
    | FILTER_
    | FIRST_
    | LAST_
    | NULLS_
    | OFFSET_
    | OVER_
    | WINDOW_
;

expr:
    NOT_ expr        #expr_not
    | expr AND_ expr #expr_and
    | expr OR_ expr  #expr_or
    | predicate      #expr_predicate
;

predicate:
    predicate (ASSIGN | EQ | NOT_EQ1 | NOT_EQ2) relation                            #predicate_equality
    | predicate IS_ NOT_? (DISTINCT_ FROM_)? relation                               #predicate_is
    | predicate NOT_? (LIKE_ | GLOB_ | MATCH_ | REGEXP_) relation (ESCAPE_ relation)? #predicate_like
    | predicate NOT_? BETWEEN_ relation AND_ relation                               #predicate_between
    | predicate NOT_? IN_ (subquery | in_list | in_table)                           #predicate_in
    | predicate (ISNULL_ | NOTNULL_ | NOT_ NULL_)                                   #predicate_null
    | relation                                                                      #predicate_relation
;

in_list:
    OPEN_PAR (expr (COMMA expr)*)? CLOSE_PAR
;

in_table:
    (name DOT)? name nested?
;

relation:
    primary                                         #relation_primary
    | (MINUS | PLUS | TILDE) relation               #relation_sign
    | relation COLLATE_ name                        #relation_collate
    | relation (PIPE2 | PTR | PTR2) relation        #relation_binary
    | relation (STAR | DIV | MOD) relation          #relation_binary
    | relation (PLUS | MINUS) relation              #relation_binary
    | relation (LT2 | GT2 | AMP | PIPE) relation    #relation_binary
    | relation (LT | LT_EQ | GT | GT_EQ) relation   #relation_binary
;

primary:
    literal                                                                        #primary_literal
    | (NUMBERED_BIND_PARAMETER | NAMED_BIND_PARAMETER)                             #primary_parameter
    | EXISTS_? subquery                                                            #primary_subquery
    | function_call                                                                #primary_function
    | ((schema = name DOT)? table = name DOT)? column = name                       #primary_column
    | CAST_ OPEN_PAR expr AS_ (name (nested)?)* CLOSE_PAR                          #primary_cast
    | OPEN_PAR expr (COMMA expr)* CLOSE_PAR                                        #primary_parentheses
    | CASE_ expr? (WHEN_ expr THEN_ expr)+ (ELSE_ expr)? END_                      #primary_case
;

literal:
    NUMERIC_LITERAL
    | STRING_LITERAL
    | BLOB_LITERAL
    | NULL_
;

subquery:
    OPEN_PAR (SELECT_ | WITH_ | VALUES_) (nested | ~(OPEN_PAR | CLOSE_PAR))* CLOSE_PAR
;

function_call:
    function_name OPEN_PAR (distinct? expr (COMMA expr)* order_by_stmt? | STAR)? CLOSE_PAR filter_clause? over_clause?
;

function_name:
    IDENTIFIER
    | GLOB_
    | LIKE_
    | LEFT_
    | RIGHT_
    | MATCH_
    | REGEXP_
;

filter_clause:
    FILTER_ OPEN_PAR WHERE_ expr CLOSE_PAR
;

over_clause:
    OVER_ (name | nested)
;
