use kling_lipsync_api::apis::{configuration::Configuration, lip_sync_api::identify_face};
use kling_lipsync_api::models::IdentifyInput;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let configuration = Configuration {
        base_path: "http://127.0.0.1:8787".to_owned(),
        bearer_access_token: Some("local-api-key".to_owned()),
        ..Configuration::default()
    };
    let input = IdentifyInput {
        video_url: Some("http://described.test/video?duration=8000&face=0-5200".to_owned()),
        ..IdentifyInput::default()
    };
    let found = identify_face(&configuration, input).await?.data;
    for face in &found.face_data {
        println!(
            "{} {} {} {}",
            found.session_id, face.face_id, face.start_time, face.end_time
        );
    }
    Ok(())
}
