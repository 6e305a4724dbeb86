"""The only room that talks to MLflow: writer, reader, models, links."""
