import * as ReactDOM from 'react-dom/client'; console.log(import.meta.env.VITE_API_URL);
