# Fills TARGET with our page and the pinned Swagger UI, each file also gzipped where GZIP is known.

file(MAKE_DIRECTORY "${TARGET}")
# npm sees only a copy: it writes node_modules beside the lock file, and no script runs.
file(COPY "${SOURCE}/package.json" "${SOURCE}/package-lock.json" "${SOURCE}/.npmrc"
  DESTINATION "${WORK}")
execute_process(COMMAND "${NPM}" ci --ignore-scripts --no-audit --no-fund --loglevel=error
  WORKING_DIRECTORY "${WORK}" RESULT_VARIABLE failed OUTPUT_QUIET ERROR_VARIABLE why)
if(failed)
  message(WARNING "/docs/ goes without Swagger UI: npm could not fetch it.\n${why}")
  return()
endif()

set(package "${WORK}/node_modules/swagger-ui-dist")
set(texts "${SOURCE}/index.html" "${SOURCE}/docs.js" "${SOURCE}/docs.css"
  "${package}/swagger-ui.css" "${package}/swagger-ui-bundle.js")
foreach(file IN LISTS texts)
  file(COPY "${file}" DESTINATION "${TARGET}")
  get_filename_component(name "${file}" NAME)
  if(GZIP)
    execute_process(COMMAND "${GZIP}" -9nkf "${TARGET}/${name}" COMMAND_ERROR_IS_FATAL ANY)
  endif()
endforeach()
file(COPY "${package}/LICENSE" "${package}/NOTICE" DESTINATION "${TARGET}")
file(TOUCH "${TARGET}/gathered.stamp")
