# frozen_string_literal: true

# Plays the scenario of the client tests against a mock; prints what it saw, one JSON line a step.

require 'uri'
require 'kling_lipsync_api'
require_relative 'token'

# One run of the scenario.
class Scenario
  PATIENCE_S = 30

  def initialize(api, replies)
    @api = api
    @replies = replies
  end

  def play
    session, face = identify
    task_id = create(order(session, face, 3000))
    poll(task_id)
    list
    refused(order(session, face, 1000))
    unknown
    callback
  end

  private

  def identify
    input = KlingLipSync::IdentifyInput.new(video_url: 'http://described.test/video?duration=8000&face=0-5200')
    found = @api.identify_face(input).data
    face = found.face_data.first
    say('identify', session_id: found.session_id, faces: found.face_data.size,
                    face_id: face.face_id, start_time: face.start_time, end_time: face.end_time)
    [found.session_id, face.face_id]
  end

  def order(session, face, sound_end)
    choice = KlingLipSync::FaceChoice.new(
      face_id: face, sound_file: 'http://described.test/audio?duration=4000&format=mp3',
      sound_start_time: 0, sound_end_time: sound_end, sound_insert_time: 1000
    )
    KlingLipSync::CreateTaskInput.new(session_id: session, face_choose: [choice])
  end

  def create(input)
    input.external_task_id = 'greeting-17'
    made = @api.create_lip_sync_task(input).data
    say('create', task_id: made.task_id, status: made.task_status,
                  external_task_id: made.task_info&.external_task_id)
    made.task_id
  end

  def poll(task_id)
    task = ended(task_id)
    raise "the task did not succeed: #{task}" unless task.task_status == KlingLipSync::TaskStatus::SUCCEED

    video = task.task_result.videos.first
    say('poll', task_id: task.task_id, status: task.task_status, video_id: video.id, video_url: video.url,
                duration: video.duration, source: task.task_info.parent_video.duration)
  end

  def ended(task_id)
    deadline = Time.now + PATIENCE_S
    loop do
      task = @api.get_lip_sync_task(task_id).data
      open = [KlingLipSync::TaskStatus::SUBMITTED, KlingLipSync::TaskStatus::PROCESSING].include?(task.task_status)
      return task if !open || Time.now > deadline

      sleep 0.05
    end
  end

  def list
    page = @api.list_lip_sync_tasks(page_num: 1, page_size: 10)
    say('list', tasks: page.data.map { |task| "#{task.task_id} #{task.task_status}" })
  end

  def refused(input)
    @api.create_lip_sync_task(input)
  rescue KlingLipSync::ApiError => e
    envelope = KlingLipSync::ErrorEnvelope.build_from_hash(JSON.parse(e.response_body))
    say('refused', http: e.code, code: envelope.code, message: envelope.message)
  else
    raise 'expected a refusal'
  end

  def unknown
    task = read('task.json', KlingLipSync::TaskEnvelope).data
    refusal = read('refusal.json', KlingLipSync::ErrorEnvelope)
    say('unknown', task_id: task.task_id,
                   known_status: task.task_status != KlingLipSync::TaskStatus::UNKNOWN_DEFAULT_OPEN_API,
                   known_code: refusal.code != KlingLipSync::ServiceCode::UNKNOWN_DEFAULT_OPEN_API,
                   message: refusal.message)
  end

  def callback
    task = read('callback.json', KlingLipSync::CallbackPayload)
    video = task.task_result.videos.first
    say('callback', task_id: task.task_id, status: task.task_status, created_at: task.created_at,
                    external_task_id: task.task_info.external_task_id,
                    video_id: video.id, duration: video.duration)
  end

  def read(name, model)
    model.build_from_hash(JSON.parse(File.read(File.join(@replies, name))))
  end

  def say(step, **what)
    puts({ step: step, **what }.to_json)
  end
end

base = URI(ENV.fetch('BASE_URL'))
settings = KlingLipSync::Configuration.new do |config|
  config.scheme = base.scheme
  config.host = "#{base.host}:#{base.port}"
  config.access_token_getter = -> { Token.mint(ENV.fetch('ACCESS_KEY'), ENV.fetch('SECRET_KEY'), Time.now) }
  config.timeout = Scenario::PATIENCE_S
end
Scenario.new(KlingLipSync::LipSyncApi.new(KlingLipSync::ApiClient.new(settings)), ENV.fetch('REPLIES')).play
