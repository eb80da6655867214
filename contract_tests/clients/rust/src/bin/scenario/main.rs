//! Plays the scenario of the client tests against a mock; prints what it saw, one JSON line a step.

mod token;

use std::env;
use std::error::Error;
use std::fs::File;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use kling_lipsync_api::apis::configuration::Configuration;
use kling_lipsync_api::apis::lip_sync_api::{
    create_lip_sync_task, get_lip_sync_task, identify_face, list_lip_sync_tasks,
};
use kling_lipsync_api::apis::Error as ApiError;
use kling_lipsync_api::models::{
    CallbackPayload, CreateTaskInput, ErrorEnvelope, FaceChoice, IdentifyInput, ServiceCode, Task,
    TaskEnvelope, TaskStatus,
};
use serde::de::DeserializeOwned;
use serde_json::{json, Value};

const PATIENCE: Duration = Duration::from_secs(30);

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let token = token::mint(
        &env::var("ACCESS_KEY")?,
        &env::var("SECRET_KEY")?,
        SystemTime::now(),
    )?;
    let api = Configuration {
        base_path: env::var("BASE_URL")?,
        bearer_access_token: Some(token),
        ..Configuration::default()
    };

    let (session, face) = identify(&api).await?;
    let id = create(&api, order(&session, &face, 3000)).await?;
    poll(&api, &id).await?;
    list(&api).await?;
    refused(&api, order(&session, &face, 1000)).await?;
    unknown()?;
    callback()
}

async fn identify(api: &Configuration) -> Outcome<(String, String)> {
    let input = IdentifyInput {
        video_url: Some("http://described.test/video?duration=8000&face=0-5200".to_owned()),
        ..IdentifyInput::default()
    };
    let found = identify_face(api, input).await?.data;
    let face = found.face_data.first().ok_or("no face")?;
    say(json!({
        "step": "identify", "session_id": found.session_id, "faces": found.face_data.len(),
        "face_id": face.face_id, "start_time": face.start_time, "end_time": face.end_time,
    }));
    Ok((found.session_id.clone(), face.face_id.clone()))
}

fn order(session: &str, face: &str, sound_end: i64) -> CreateTaskInput {
    let choice = FaceChoice {
        sound_file: Some("http://described.test/audio?duration=4000&format=mp3".to_owned()),
        ..FaceChoice::new(face.to_owned(), 0, sound_end, 1000)
    };
    CreateTaskInput::new(session.to_owned(), vec![choice])
}

async fn create(api: &Configuration, input: CreateTaskInput) -> Outcome<String> {
    let input = CreateTaskInput {
        external_task_id: Some("greeting-17".to_owned()),
        ..input
    };
    let made = create_lip_sync_task(api, input).await?.data;
    say(json!({
        "step": "create", "task_id": made.task_id, "status": made.task_status,
        "external_task_id": made.task_info.and_then(|info| info.external_task_id),
    }));
    Ok(made.task_id)
}

async fn poll(api: &Configuration, id: &str) -> Outcome<()> {
    let task = ended(api, id).await?;
    let result = task.task_result.ok_or(task.task_status_msg)?;
    let video = result.videos.first().ok_or("no video")?;
    say(json!({
        "step": "poll", "task_id": task.task_id, "status": task.task_status, "video_id": video.id,
        "video_url": video.url, "duration": video.duration,
        "source": task.task_info.parent_video.duration,
    }));
    Ok(())
}

async fn ended(api: &Configuration, id: &str) -> Outcome<Task> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        let task = get_lip_sync_task(api, id).await?.data;
        if matches!(task.task_status, TaskStatus::Succeed | TaskStatus::Failed) {
            return Ok(task);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err("the task did not end".into())
}

async fn list(api: &Configuration) -> Outcome<()> {
    let page = list_lip_sync_tasks(api, Some(1), Some(10)).await?.data;
    let tasks: Vec<String> = page
        .iter()
        .map(|task| format!("{} {}", task.task_id, task.task_status))
        .collect();
    say(json!({"step": "list", "tasks": tasks}));
    Ok(())
}

async fn refused(api: &Configuration, input: CreateTaskInput) -> Outcome<()> {
    let Err(ApiError::ResponseError(refusal)) = create_lip_sync_task(api, input).await else {
        return Err("expected a refusal".into());
    };
    let envelope: ErrorEnvelope = serde_json::from_str(&refusal.content)?;
    say(json!({
        "step": "refused", "http": refusal.status.as_u16(), "code": envelope.code,
        "message": envelope.message,
    }));
    Ok(())
}

fn unknown() -> Outcome<()> {
    let task = read::<TaskEnvelope>("task.json")?.data;
    let refusal: ErrorEnvelope = read("refusal.json")?;
    say(json!({
        "step": "unknown", "task_id": task.task_id,
        "known_status": task.task_status != TaskStatus::UnknownDefaultOpenApi,
        "known_code": refusal.code != ServiceCode::UnknownDefaultOpenApi,
        "message": refusal.message,
    }));
    Ok(())
}

fn callback() -> Outcome<()> {
    let task: CallbackPayload = read("callback.json")?;
    let result = task.task_result.ok_or("no result")?;
    let video = result.videos.first().ok_or("no video")?;
    say(json!({
        "step": "callback", "task_id": task.task_id, "status": task.task_status,
        "created_at": task.created_at, "external_task_id": task.task_info.external_task_id,
        "video_id": video.id, "duration": video.duration,
    }));
    Ok(())
}

fn read<T: DeserializeOwned>(name: &str) -> Outcome<T> {
    let file = File::open(Path::new(&env::var("REPLIES")?).join(name))?;
    Ok(serde_json::from_reader(file)?)
}

fn say(line: Value) {
    println!("{line}");
}
