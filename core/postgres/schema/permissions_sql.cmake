# Writes OUTPUT, the role matrix for SQL, from PERMISSIONS, which is core/operations/permissions.def,
# and KINDS, which is core/api/kinds.def. PostgreSQL inlines may_post(); a join would cost posting.
cmake_minimum_required(VERSION 3.25)

set(roles customer teller admin auditor)
set(cases "")
file(STRINGS "${PERMISSIONS}" lines REGEX "^BANK_PERMISSION[(]")
foreach(line IN LISTS lines)
  if(NOT line MATCHES "^BANK_PERMISSION[(]([a-z_]+), +([a-z]+), +([a-z]+), +([a-z]+), +([a-z]+), ")
    message(FATAL_ERROR "${PERMISSIONS}: not a row of the matrix: ${line}")
  endif()
  set(permission "${CMAKE_MATCH_1}")
  set(scopes "${CMAKE_MATCH_2}" "${CMAKE_MATCH_3}" "${CMAKE_MATCH_4}" "${CMAKE_MATCH_5}")
  set(having "")
  foreach(role scope IN ZIP_LISTS roles scopes)
    if(NOT scope MATCHES "^(none|own|any)$")
      message(FATAL_ERROR "${PERMISSIONS}: ${permission} has the unknown scope ${scope}")
    endif()
    if(NOT scope STREQUAL "none")
      list(APPEND having "${role}")
    endif()
  endforeach()
  set("with_${permission}" "${having}")
  list(JOIN having "," having)
  string(APPEND cases "        when '${permission}' then '{${having}}'::bank.role[]\n")
endforeach()

set(kinds "")
file(STRINGS "${KINDS}" lines REGEX "^BANK_TRANSFER_KIND[(]")
foreach(line IN LISTS lines)
  if(NOT line MATCHES "^BANK_TRANSFER_KIND[(]([a-z]+), .*, ([a-z_]+)[)]$")
    message(FATAL_ERROR "${KINDS}: not a row of words: ${line}")
  endif()
  set(kind "${CMAKE_MATCH_1}")
  set(permission "${CMAKE_MATCH_2}")
  if(NOT with_${permission})
    message(FATAL_ERROR "${KINDS}: no role has the permission ${permission} of ${kind}")
  endif()
  list(JOIN "with_${permission}" "', '" having)
  string(APPEND kinds "        when '${kind}' then role in ('${having}')\n")
endforeach()

file(WRITE "${OUTPUT}" "-- Made from core/operations/permissions.def by core/postgres/schema/permissions_sql.cmake.

create function bank.roles_with(permission text) returns bank.role[]
language sql immutable
as $$
    select case permission
${cases}    end
$$;
comment on function bank.roles_with(text) is 'Roles that have a permission, for objects of their own at least; null if it does not exist.';

create function bank.may_post(kind bank.transfer_kind, role bank.role) returns boolean
language sql immutable
as $$
    select case kind
${kinds}    end
$$;
comment on function bank.may_post(bank.transfer_kind, bank.role) is 'Whether the role has the permission for transactions of this kind.';
")
