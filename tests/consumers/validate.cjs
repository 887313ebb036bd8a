// har-validator as a library: says what of a HAR is not valid.
const validator = require('har-validator');
const fs = require('fs');

validator.har(JSON.parse(fs.readFileSync(process.argv[2], 'utf8')))
  .catch((error) => {
    console.error(process.argv[2], JSON.stringify(error.errors));
    process.exit(1);
  });
