// What @hey-api/openapi-ts reads; a path on its command line would replace all of `output`.
export default {
  input: process.env.SPEC,
  output: {
    path: `${process.env.OUTPUT}/src/sdk`,
    importFileExtension: '.js', // file names that Node itself can import
  },
  logs: { file: false, level: 'silent' },
  plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
};
