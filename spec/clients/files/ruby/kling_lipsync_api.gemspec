# frozen_string_literal: true

Gem::Specification.new do |gem|
  gem.name = 'kling_lipsync_api'
  gem.version = '@version@'
  gem.summary = 'The client of the Kling lip-sync API, generated from an unofficial contract.'
  gem.authors = ['The maintainers of the offline twin']
  gem.license = 'MIT'
  gem.required_ruby_version = '>= 2.7'
  gem.files = Dir['lib/**/*.rb', 'README.md', base: __dir__].sort
  gem.add_runtime_dependency 'typhoeus', '~> 1.0', '>= 1.0.1'
end
