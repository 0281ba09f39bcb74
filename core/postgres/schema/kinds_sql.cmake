# Writes OUTPUT, the rows of bank.transfer_kinds and a function for each property of a kind, from
# KINDS, which is core/api/kinds.def. PostgreSQL inlines the functions; a join would cost posting.
cmake_minimum_required(VERSION 3.25)

set(columns word requested debit credit origin amount moves held counts funds answers reversible pin
    permission)
# The function, the words of which a row must have one, and the function's comment.
set(questions
  "is_requested|requested=yes|Whether a client may ask for it, or the bank alone does it."
  "moves_money|moves=yes|Whether it moves money, and has entries when it is posted."
  "places_hold|held=places|Whether it holds an amount on the account to debit."
  "settles_hold|held=settles|Whether it ends a hold."
  "reverses|origin=transfer|Whether it moves back what another has moved."
  "debits_cash|debit=cash|Whether it debits the actor''s cash account."
  "credits_cash|credit=cash|Whether it credits the actor''s cash account."
  "uses_cash|debit=cash,credit=cash|Whether it uses the actor''s cash account."
  "counts|counts=yes|Whether it counts towards limits."
  "needs_funds|funds=yes|Whether the account to debit must have the amount available."
  "answers_credit_side|answers=credit|Whether its answer states the balance of the account to credit."
  "is_reversible|reversible=yes|Whether a posted one can be reversed."
  "needs_pin|pin=yes|Whether a customer needs the account''s PIN for it.")

set(rows "")
file(STRINGS "${KINDS}" lines REGEX "^BANK_TRANSFER_KIND[(]")
foreach(line IN LISTS lines)
  if(NOT line MATCHES "^BANK_TRANSFER_KIND[(]([a-z_, ]+)[)]$")
    message(FATAL_ERROR "${KINDS}: not a row of words: ${line}")
  endif()
  string(REPLACE ", " ";" fields "${CMAKE_MATCH_1}")
  set(facts "")
  set(values "")
  foreach(column field IN ZIP_LISTS columns fields)
    if(column STREQUAL "" OR field STREQUAL "")
      message(FATAL_ERROR "${KINDS}: too few or too many fields: ${line}")
    endif()
    list(APPEND facts "${column}=${field}")
    if(field STREQUAL "yes")
      list(APPEND values "true")
    elseif(field STREQUAL "no")
      list(APPEND values "false")
    else()
      list(APPEND values "'${field}'")
    endif()
  endforeach()
  list(JOIN values ", " values)
  list(APPEND rows "    (${values})")
  list(GET fields 0 word)
  foreach(question IN LISTS questions)
    string(REGEX MATCH "^([a-z_]+)[|]([a-z_=,]+)[|]" ignored "${question}")
    set(name "${CMAKE_MATCH_1}")
    string(REPLACE "," ";" wanted "${CMAKE_MATCH_2}")
    foreach(one IN LISTS wanted)
      if(one IN_LIST facts)
        list(APPEND "kinds_${name}" "'${word}'")
      endif()
    endforeach()
  endforeach()
endforeach()
list(JOIN rows ",\n" rows)

set(text "-- Made from core/api/kinds.def by core/postgres/schema/kinds_sql.cmake.\n\n")
string(APPEND text "delete from bank.transfer_kinds;\ninsert into bank.transfer_kinds\nvalues\n${rows};\n")
foreach(question IN LISTS questions)
  string(REGEX MATCH "^([a-z_]+)[|][a-z_=,]+[|](.*)$" ignored "${question}")
  set(name "${CMAKE_MATCH_1}")
  set(comment "${CMAKE_MATCH_2}")
  if("${kinds_${name}}" STREQUAL "")
    message(FATAL_ERROR "${KINDS}: no kind answers ${name}() with yes")
  endif()
  list(JOIN "kinds_${name}" ", " kinds)
  string(APPEND text "
create function bank.${name}(kind bank.transfer_kind) returns boolean
language sql immutable
as $$
    select kind in (${kinds})
$$;
comment on function bank.${name}(bank.transfer_kind) is '${comment}';
")
endforeach()
file(WRITE "${OUTPUT}" "${text}")
