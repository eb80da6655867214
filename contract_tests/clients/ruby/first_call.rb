# frozen_string_literal: true

require 'kling_lipsync_api'

settings = KlingLipSync::Configuration.new do |config|
  config.scheme = 'http'
  config.host = '127.0.0.1:8787'
  config.access_token = 'local-api-key'
end
api = KlingLipSync::LipSyncApi.new(KlingLipSync::ApiClient.new(settings))

input = KlingLipSync::IdentifyInput.new(
  video_url: 'http://described.test/video?duration=8000&face=0-5200'
)
found = api.identify_face(input).data
found.face_data.each do |face|
  puts "#{found.session_id} #{face.face_id} #{face.start_time} #{face.end_time}"
end
