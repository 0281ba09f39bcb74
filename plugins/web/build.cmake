# Checks and builds the client in WORK, a copy of SOURCE, so that nothing is written to the source
# tree, and puts the served files into TARGET. An error in the client fails the build; an
# unavailable registry does not.

file(MAKE_DIRECTORY "${TARGET}")
file(REMOVE_RECURSE "${WORK}/web/src")
file(COPY "${SOURCE}/" DESTINATION "${WORK}/web"
  PATTERN node_modules EXCLUDE PATTERN dist EXCLUDE PATTERN schema.d.ts EXCLUDE)
file(COPY "${OPENAPI}" DESTINATION "${WORK}/rest")

file(SHA256 "${SOURCE}/package-lock.json" wanted)
set(have "")
if(EXISTS "${WORK}/web/node_modules/lock.sha256")
  file(READ "${WORK}/web/node_modules/lock.sha256" have)
endif()
if(NOT have STREQUAL wanted)
  execute_process(COMMAND "${NPM}" ci --ignore-scripts --no-audit --no-fund --loglevel=error
    WORKING_DIRECTORY "${WORK}/web" RESULT_VARIABLE failed OUTPUT_QUIET ERROR_VARIABLE why)
  if(failed)
    message(WARNING "The web client is left out: npm could not fetch its parts.\n${why}")
    return()
  endif()
  file(WRITE "${WORK}/web/node_modules/lock.sha256" "${wanted}")
endif()

foreach(step check build)
  execute_process(COMMAND "${NPM}" run --silent ${step} WORKING_DIRECTORY "${WORK}/web"
    RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE why)
  if(failed)
    message(FATAL_ERROR "The web client does not build (npm run ${step}):\n${said}${why}")
  endif()
endforeach()
file(REMOVE_RECURSE "${TARGET}/assets")
file(COPY "${WORK}/web/dist/" DESTINATION "${TARGET}")
file(TOUCH "${TARGET}/built.stamp")
