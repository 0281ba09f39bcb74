# BANK_EPOCH: the time in generated files, in seconds. It is that of the changelog's last entry, so
# that the same sources give the same bytes.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS packaging/deb/changelog)
file(STRINGS packaging/deb/changelog trailer REGEX "^ -- " LIMIT_COUNT 1)
string(REGEX REPLACE "^.*>  " "" written "${trailer}")
execute_process(COMMAND date -u -d "${written}" +%s
  OUTPUT_VARIABLE BANK_EPOCH OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
