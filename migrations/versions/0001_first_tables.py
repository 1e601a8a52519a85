"""first tables

Revision 0001, after .
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "access_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chain", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("actor_role", sa.String(length=20), nullable=False),
        sa.Column("via", sa.String(length=12), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=True),
        sa.Column("subject_ids", sa.String(length=2000), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=True),
        sa.Column("previous_mac", sa.String(length=64), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
        sa.UniqueConstraint("chain", "seq", name=op.f("uq_access_log_chain_seq")),
    )
    with op.batch_alter_table("access_log", schema=None) as batch_op:
        batch_op.create_index("ix_access_log_actor_id_at", ["actor_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_log_at"), ["at"], unique=False)
        batch_op.create_index("ix_access_log_client_id_at", ["client_id", "at"], unique=False)

    op.create_table(
        "clinic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("vocabulary", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic")),
    )
    op.create_table(
        "encryption_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("kek_id", sa.String(length=300), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_encryption_keys")),
    )
    op.create_table(
        "log_heads",
        sa.Column("chain", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_log_heads")),
    )
    op.create_table(
        "sign_in_throttles",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_failure_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_throttles")),
    )
    with op.batch_alter_table("sign_in_throttles", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sign_in_throttles_last_failure_at", ["last_failure_at"], unique=False
        )

    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("password_temporary_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "worker_heartbeats",
        sa.Column("executor_id", sa.String(length=60), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("executor_id", name=op.f("pk_worker_heartbeats")),
    )
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sign_ins_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_ins_token_hash")),
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_ins_user_id"), ["user_id"], unique=False)

    op.create_table(
        "supervisions",
        sa.Column("supervisor_id", sa.Integer(), nullable=False),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["supervisor_id"], ["users.id"], name=op.f("fk_supervisions_supervisor_id")
        ),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["users.id"], name=op.f("fk_supervisions_therapist_id")
        ),
        sa.PrimaryKeyConstraint("supervisor_id", "therapist_id", name=op.f("pk_supervisions")),
    )
    op.create_table(
        "therapist_clients",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_user_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("session_type", sa.String(length=20), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("consent", sa.String(length=20), nullable=False),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent_taken_by", sa.Integer(), nullable=True),
        sa.Column("consent_method", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_user_id"], ["users.id"], name=op.f("fk_therapist_clients_client_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["consent_taken_by"], ["users.id"], name=op.f("fk_therapist_clients_consent_taken_by")
        ),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["users.id"], name=op.f("fk_therapist_clients_therapist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_therapist_clients")),
        sa.UniqueConstraint("uid", name=op.f("uq_therapist_clients_uid")),
    )
    with op.batch_alter_table("therapist_clients", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_therapist_clients_therapist_id"), ["therapist_id"], unique=False
        )

    op.create_table(
        "therapist_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("therapist_client_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("session_type", sa.String(length=20), nullable=False),
        sa.Column("is_telehealth", sa.Boolean(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["therapist_client_id"],
            ["therapist_clients.id"],
            name=op.f("fk_therapist_sessions_therapist_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["users.id"], name=op.f("fk_therapist_sessions_therapist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_therapist_sessions")),
    )
    with op.batch_alter_table("therapist_sessions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_therapist_sessions_starts_at"), ["starts_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_therapist_sessions_therapist_client_id"),
            ["therapist_client_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_therapist_sessions_therapist_id"), ["therapist_id"], unique=False
        )

    op.create_table(
        "recordings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.String(length=255), nullable=False),
        sa.Column("therapist_client_id", sa.Integer(), nullable=False),
        sa.Column("therapist_session_id", sa.Integer(), nullable=False),
        sa.Column("client_user_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("progress", sa.Double(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("stage_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_code", sa.String(length=40), nullable=True),
        sa.Column("error_text", sa.String(length=400), nullable=True),
        sa.Column("last_sequence", sa.Integer(), nullable=True),
        sa.Column("advance_queued", sa.Boolean(), nullable=False),
        sa.Column("playback_path", sa.String(length=1024), nullable=True),
        sa.Column("playback_type", sa.String(length=80), nullable=True),
        sa.Column("seconds_received", sa.Double(), nullable=False),
        sa.Column("seconds_transcribed", sa.Double(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("speakers", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_user_id"], ["users.id"], name=op.f("fk_recordings_client_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["therapist_client_id"],
            ["therapist_clients.id"],
            name=op.f("fk_recordings_therapist_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["users.id"], name=op.f("fk_recordings_therapist_id")
        ),
        sa.ForeignKeyConstraint(
            ["therapist_session_id"],
            ["therapist_sessions.id"],
            name=op.f("fk_recordings_therapist_session_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
        sa.UniqueConstraint(
            "therapist_id", "session_id", name=op.f("uq_recordings_therapist_id_session_id")
        ),
    )
    with op.batch_alter_table("recordings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recordings_created_at"), ["created_at"], unique=False)
        batch_op.create_index("ix_recordings_state", ["state"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_recordings_therapist_client_id"), ["therapist_client_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_recordings_therapist_id"), ["therapist_id"], unique=False
        )
        batch_op.create_index(
            "ix_recordings_therapist_id_created_at", ["therapist_id", "created_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_recordings_therapist_session_id"), ["therapist_session_id"], unique=False
        )

    op.create_table(
        "audio_blobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=1024), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("content_type", sa.String(length=80), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("starts_container", sa.Boolean(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("is_last", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name=op.f("fk_audio_blobs_recording_id")
        ),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["users.id"], name=op.f("fk_audio_blobs_therapist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audio_blobs")),
        sa.UniqueConstraint("path", name=op.f("uq_audio_blobs_path")),
        sa.UniqueConstraint(
            "recording_id", "sequence", name=op.f("uq_audio_blobs_recording_id_sequence")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_audio_blobs_uid")),
    )
    with op.batch_alter_table("audio_blobs", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audio_blobs_recording_id"), ["recording_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_audio_blobs_therapist_id"), ["therapist_id"], unique=False
        )

    op.create_table(
        "therapist_session_transcripts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("therapist_client_id", sa.Integer(), nullable=False),
        sa.Column("therapist_session_id", sa.Integer(), nullable=False),
        sa.Column("transcript", sa.Text(), nullable=False),
        sa.Column("transcript_summary", sa.Text(), nullable=False),
        sa.Column("utterances", sa.Text(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("speakers", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("duration", sa.Double(), nullable=False),
        sa.Column("warnings", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("date", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("update_timestamp", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["recordings.id"],
            name=op.f("fk_therapist_session_transcripts_recording_id"),
        ),
        sa.ForeignKeyConstraint(
            ["therapist_client_id"],
            ["therapist_clients.id"],
            name=op.f("fk_therapist_session_transcripts_therapist_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["therapist_id"],
            ["users.id"],
            name=op.f("fk_therapist_session_transcripts_therapist_id"),
        ),
        sa.ForeignKeyConstraint(
            ["therapist_session_id"],
            ["therapist_sessions.id"],
            name=op.f("fk_therapist_session_transcripts_therapist_session_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_therapist_session_transcripts")),
        sa.UniqueConstraint(
            "recording_id", name=op.f("uq_therapist_session_transcripts_recording_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_therapist_session_transcripts_uid")),
    )
    with op.batch_alter_table("therapist_session_transcripts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_therapist_session_transcripts_date"), ["date"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_therapist_session_transcripts_therapist_client_id"),
            ["therapist_client_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_therapist_session_transcripts_therapist_id"),
            ["therapist_id"],
            unique=False,
        )

    op.create_table(
        "transcribed_passages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("start", sa.Double(), nullable=False),
        sa.Column("end", sa.Double(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name=op.f("fk_transcribed_passages_recording_id")
        ),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["users.id"], name=op.f("fk_transcribed_passages_therapist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcribed_passages")),
        sa.UniqueConstraint(
            "recording_id", "position", name=op.f("uq_transcribed_passages_recording_id_position")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_transcribed_passages_uid")),
    )
    with op.batch_alter_table("transcribed_passages", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_transcribed_passages_recording_id"), ["recording_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_transcribed_passages_therapist_id"), ["therapist_id"], unique=False
        )

    op.create_table(
        "therapist_session_transcript_histories",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("transcript_id", sa.Integer(), nullable=False),
        sa.Column("therapist_client_id", sa.Integer(), nullable=False),
        sa.Column("therapist_session_id", sa.Integer(), nullable=False),
        sa.Column("client_user_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=40), nullable=False),
        sa.Column("transcript_summary", sa.Text(), nullable=False),
        sa.Column("date", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_user_id"],
            ["users.id"],
            name=op.f("fk_therapist_session_transcript_histories_client_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["therapist_client_id"],
            ["therapist_clients.id"],
            name=op.f("fk_therapist_session_transcript_histories_therapist_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["therapist_id"],
            ["users.id"],
            name=op.f("fk_therapist_session_transcript_histories_therapist_id"),
        ),
        sa.ForeignKeyConstraint(
            ["therapist_session_id"],
            ["therapist_sessions.id"],
            name=op.f("fk_therapist_session_transcript_histories_therapist_session_id"),
        ),
        sa.ForeignKeyConstraint(
            ["transcript_id"],
            ["therapist_session_transcripts.id"],
            name=op.f("fk_therapist_session_transcript_histories_transcript_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_therapist_session_transcript_histories")),
        sa.UniqueConstraint(
            "transcript_id",
            "version",
            name=op.f("uq_therapist_session_transcript_histories_transcript_id_version"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_therapist_session_transcript_histories_uid")),
    )
    with op.batch_alter_table("therapist_session_transcript_histories", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_therapist_session_transcript_histories_therapist_client_id"),
            ["therapist_client_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_therapist_session_transcript_histories_therapist_id"),
            ["therapist_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_therapist_session_transcript_histories_transcript_id"),
            ["transcript_id"],
            unique=False,
        )


def downgrade() -> None:

    with op.batch_alter_table("therapist_session_transcript_histories", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_therapist_session_transcript_histories_transcript_id"))
        batch_op.drop_index(batch_op.f("ix_therapist_session_transcript_histories_therapist_id"))
        batch_op.drop_index(
            batch_op.f("ix_therapist_session_transcript_histories_therapist_client_id")
        )

    op.drop_table("therapist_session_transcript_histories")
    with op.batch_alter_table("transcribed_passages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_transcribed_passages_therapist_id"))
        batch_op.drop_index(batch_op.f("ix_transcribed_passages_recording_id"))

    op.drop_table("transcribed_passages")
    with op.batch_alter_table("therapist_session_transcripts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_therapist_session_transcripts_therapist_id"))
        batch_op.drop_index(batch_op.f("ix_therapist_session_transcripts_therapist_client_id"))
        batch_op.drop_index(batch_op.f("ix_therapist_session_transcripts_date"))

    op.drop_table("therapist_session_transcripts")
    with op.batch_alter_table("audio_blobs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audio_blobs_therapist_id"))
        batch_op.drop_index(batch_op.f("ix_audio_blobs_recording_id"))

    op.drop_table("audio_blobs")
    with op.batch_alter_table("recordings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recordings_therapist_session_id"))
        batch_op.drop_index("ix_recordings_therapist_id_created_at")
        batch_op.drop_index(batch_op.f("ix_recordings_therapist_id"))
        batch_op.drop_index(batch_op.f("ix_recordings_therapist_client_id"))
        batch_op.drop_index("ix_recordings_state")
        batch_op.drop_index(batch_op.f("ix_recordings_created_at"))

    op.drop_table("recordings")
    with op.batch_alter_table("therapist_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_therapist_sessions_therapist_id"))
        batch_op.drop_index(batch_op.f("ix_therapist_sessions_therapist_client_id"))
        batch_op.drop_index(batch_op.f("ix_therapist_sessions_starts_at"))

    op.drop_table("therapist_sessions")
    with op.batch_alter_table("therapist_clients", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_therapist_clients_therapist_id"))

    op.drop_table("therapist_clients")
    op.drop_table("supervisions")
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_ins_user_id"))

    op.drop_table("sign_ins")
    op.drop_table("worker_heartbeats")
    op.drop_table("users")
    with op.batch_alter_table("sign_in_throttles", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_throttles_last_failure_at")

    op.drop_table("sign_in_throttles")
    op.drop_table("log_heads")
    op.drop_table("encryption_keys")
    op.drop_table("clinic")
    with op.batch_alter_table("access_log", schema=None) as batch_op:
        batch_op.drop_index("ix_access_log_client_id_at")
        batch_op.drop_index(batch_op.f("ix_access_log_at"))
        batch_op.drop_index("ix_access_log_actor_id_at")

    op.drop_table("access_log")
