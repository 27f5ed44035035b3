export default () => process.env.API_URL;
